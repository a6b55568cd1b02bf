import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Candidate, route, type Wish } from '../../../coordinator/flow/route.ts'
import { Together } from '../../../coordinator/flow/together.ts'

const wallet = `0x${'11'.repeat(20)}` as const
const wishOf = (n: number): Wish => ({ taskId: '0x01', subtaskId: `s${n}`, attempt: 1, replicas: 1, failed: [] })
const agentOf = (n: number, price: number, places: number): Candidate => ({
  ...{ agentId: `${n}`, domainId: `d${n}`, wallet, price: `${price * 10_000_000}`, stake: '0', load: 0, places },
})

/** Who gets each of these, by number; the agents that may have it, with their prices, are named for each. */
function given(works: readonly (readonly Candidate[])[]) {
  const together = new Together<Wish>()
  works.forEach((candidates, n) => {
    together.add(wishOf(n), candidates)
  })
  return together.routings()
}
const agentsIn = (routings: ReturnType<typeof given>) =>
  Object.fromEntries(routings.map(({ wish, routing }) => [wish.subtaskId, routing.chosen[0]!.agentId]))

it('what could go to two leaves the only agent of another to it, and says that the place is kept', () => {
  const [a, b] = [agentOf(1, 1, 1), agentOf(2, 3, 1)]
  const routings = given([[a, b], [a]])
  expect(agentsIn(routings)).toEqual({ s0: '2', s1: '1' })
  const [passedOver] = routings[0]!.routing.passedOver
  expect(passedOver).toMatchObject({ agentId: '1', kept: 1, why: 'its free places are kept for other work' })
})

it('what comes later takes no place from what came before', () => {
  const a = agentOf(1, 1, 1)
  expect(agentsIn(given([[a], [a]]))).toEqual({ s0: '1' })
})

const agents = fc.array(fc.integer({ min: 1, max: 2 }), { minLength: 1, maxLength: 4 })
const offers = fc.array(fc.dictionary(fc.constantFrom('0', '1', '2', '3'), fc.integer({ min: 0, max: 9 })), {
  maxLength: 6,
})

/** Every way to give all of these, at the least price; null where there is none. */
function cheapest([first, ...others]: readonly (readonly Candidate[])[], left: readonly number[]): number | null {
  if (!first) return 0
  const ways = first.flatMap(({ agentId, price }) => {
    const at = Number(agentId)
    if (left[at]! === 0) return []
    const rest = cheapest(others, left.with(at, left[at]! - 1))
    return rest === null ? [] : [rest + Number(price)]
  })
  return ways.length > 0 ? Math.min(...ways) : null
}

it('is given in order, as by every way there is, and each choice can be made again by itself', () => {
  fc.assert(
    fc.property(agents, offers, (places, wanted) => {
      const works = wanted.map(prices =>
        Object.entries(prices)
          .filter(([agent]) => Number(agent) < places.length)
          .map(([agent, price]) => agentOf(Number(agent), price, places[Number(agent)]!)),
      )
      const routings = given(works)
      const inOrder: number[] = []
      for (const n of works.keys()) {
        inOrder.push(n)
        if (
          cheapest(
            inOrder.map(each => works[each]!),
            places,
          ) === null
        )
          inOrder.pop()
      }
      expect(routings.map(({ wish }) => wish.subtaskId)).toEqual(inOrder.map(n => `s${n}`))
      const price = routings.reduce((sum, { routing }) => sum + Number(routing.chosen[0]!.price), 0)
      expect(price).toBe(
        cheapest(
          inOrder.map(n => works[n]!),
          places,
        ),
      )
      for (const { wish, routing } of routings) {
        const logged = [...routing.chosen, ...routing.passedOver].map(each => ({ wallet, ...each }) as Candidate)
        expect(route(wish, logged)).toEqual(routing)
      }
    }),
    { numRuns: 300 },
  )
})

it('gives one that is alone what `route` gives it', () => {
  const candidate = fc.record({
    n: fc.integer({ min: 0, max: 5 }),
    price: fc.integer({ min: 0, max: 9 }),
    places: fc.integer({ min: 0, max: 2 }),
  })
  const failed = fc.array(fc.integer({ min: 0, max: 5 }).map(String), { maxLength: 4 })
  const candidates = fc.uniqueArray(candidate, { selector: ({ n }) => n, maxLength: 6 })
  fc.assert(
    fc.property(candidates, failed, (offered, failed) => {
      const wish = { ...wishOf(0), failed }
      const agents = offered.map(({ n, price, places }) => agentOf(n, price, places))
      const together = new Together<Wish>()
      const isGiven = agents.length > 0 && together.add(wish, agents)
      const alone = agents.length > 0 ? route(wish, agents) : null
      expect(alone).toEqual(isGiven ? together.routings()[0]!.routing : null)
    }),
  )
})
