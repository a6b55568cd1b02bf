import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assign, type Work } from '../../../coordinator/flow/assign.ts'

const work = (id: string, costs: Record<string, number>): Work => ({ id, costs: new Map(Object.entries(costs)) })
const placesOf = (places: Record<string, number>) => new Map(Object.entries(places))
const given = (works: Work[], places: Record<string, number>) => Object.fromEntries(assign(works, placesOf(places)))

describe('work for several agents', () => {
  it('leaves the only agent of one to it, though another would have it cheaper elsewhere', () => {
    const works = [work('a', { x: 1, y: 2 }), work('b', { x: 1 })]
    expect(given(works, { x: 1, y: 1 })).toEqual({ a: 'y', b: 'x' })
  })

  it('goes to as many as there are places for, the cheapest of all such ways', () => {
    const works = [work('a', { x: 5 }), work('b', { x: 2 }), work('c', { x: 9 })]
    expect(given(works, { x: 2 })).toEqual({ a: 'x', b: 'x' })
    expect(given(works, { x: 0 })).toEqual({})
    expect(given(works, {})).toEqual({})
    expect(given([], { x: 1 })).toEqual({})
  })

  it('is given in a chain of moves', () => {
    const works = [work('a', { x: 0, y: 1 }), work('b', { y: 0, z: 1 }), work('c', { x: 0 }), work('d', { y: 0 })]
    expect(given(works, { x: 1, y: 1, z: 1 })).toMatchObject({ b: 'z' })
    expect(Object.keys(given(works, { x: 1, y: 1, z: 1 }))).toHaveLength(3)
  })

  it('may have costs below zero', () => {
    expect(given([work('a', { x: -5, y: -9 }), work('b', { y: -20 })], { x: 1, y: 1 })).toEqual({ a: 'x', b: 'y' })
  })
})

const agents = ['p', 'q', 'r', 's']
const costs = fc.dictionary(fc.constantFrom(...agents), fc.integer({ min: -20, max: 20 }), { noNullPrototype: true })
const works = fc.array(costs, { maxLength: 7 }).map(list => list.map((costs, index) => work(`w${index}`, costs)))
const places = fc.dictionary(fc.constantFrom(...agents), fc.integer({ min: 0, max: 3 }), { noNullPrototype: true })

interface Worth {
  readonly count: number
  readonly cost: number
}
const better = (a: Worth, b: Worth) => a.count > b.count || (a.count === b.count && a.cost < b.cost)

/** Every way there is. */
function best([first, ...others]: Work[], free: ReadonlyMap<string, number>): Worth {
  if (!first) return { count: 0, cost: 0 }
  let found = best(others, free)
  for (const [agentId, cost] of first.costs) {
    const left = free.get(agentId) ?? 0
    if (left === 0) continue
    const rest = best(others, new Map([...free, [agentId, left - 1]]))
    const here = { count: rest.count + 1, cost: rest.cost + cost }
    if (better(here, found)) found = here
  }
  return found
}

it('is as much and as cheap as the best of all ways, and never more than anybody takes', () => {
  fc.assert(
    fc.property(works, places, (works, places) => {
      const found = assign(works, placesOf(places))
      const taken = [...found].map(([id, agentId]) => works.find(work => work.id === id)!.costs.get(agentId))
      expect(taken).not.toContain(undefined)
      for (const agentId of agents) {
        const load = [...found.values()].filter(each => each === agentId).length
        expect(load).toBeLessThanOrEqual(places[agentId] ?? 0)
      }
      const cost = taken.reduce<number>((sum, each) => sum + each!, 0)
      expect({ count: found.size, cost }).toEqual(best(works, placesOf(places)))
    }),
    { numRuns: 500 },
  )
})

it('does not depend on the order in which work and agents are named', () => {
  const back = (works: Work[]) =>
    works.toReversed().map(({ id, costs }) => ({ id, costs: new Map([...costs].reverse()) }))
  fc.assert(
    fc.property(works, places, (works, places) => {
      const free = placesOf(places)
      expect([...assign(back(works), new Map([...free].reverse()))]).toEqual([...assign(works, free)])
    }),
  )
})
