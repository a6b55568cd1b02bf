import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { candidateOf } from '../../../coordinator/flow/candidate.ts'
import { type Candidate, mostListed, route, type Wish } from '../../../coordinator/flow/route.ts'
import { Choice, PassedOver } from '../../../protocol/assignment.ts'

const wallet = `0x${'11'.repeat(20)}` as const
const seed = `0x${'5e'.repeat(32)}` as const
const wish: Wish = { taskId: '0x01', seed, subtaskId: 's', attempt: 1, replicas: 1, failed: [] }

const tally = fc.record({
  good: fc.double({ min: 0, max: 40, noNaN: true }),
  bad: fc.double({ min: 0, max: 9, noNaN: true }),
})
const known = fc.record(
  {
    reputation: fc.record({ own: tally, domain: tally }),
    tookMs: fc.nat(3_000),
    kept: fc.integer({ min: 1, max: 2 }),
  },
  { requiredKeys: [] },
)
const candidate = fc
  .tuple(fc.nat(9), fc.nat(20), fc.nat(60), fc.nat(3), fc.integer({ min: 1, max: 4 }), known)
  .map(([domain, price, stake, load, places, known]) => ({
    domainId: `d${domain}`,
    price: `${price * 1_000_000}`,
    stake: `${stake * 1_000_000}`,
    ...{ load, places, wallet, ...known },
  }))
const candidates = fc
  .array(candidate, { maxLength: 60 })
  .map(all => all.map((each, index): Candidate => ({ ...each, agentId: `${index}` })))
const wishes = fc
  .record({
    replicas: fc.integer({ min: 1, max: 4 }),
    failed: fc.subarray(['0', '1', '2', '3']),
    stakeBps: fc.constantFrom(0, 20_000),
  })
  .map((more): Wish => ({ ...wish, deadlineMs: 2_000, ...more }))

describe('a choice', () => {
  it('is made again, number for number, from what the log holds of it', () => {
    fc.assert(
      fc.property(wishes, candidates, (wish, offered) => {
        const routing = route(wish, offered)
        if (!routing) return
        const { chosen, passedOver } = JSON.parse(JSON.stringify(routing))
        const logged = [...Choice.array().parse(chosen), ...PassedOver.array().parse(passedOver)]
        const again = route(
          wish,
          logged.map(each => candidateOf(each)!),
        )!
        expect({ ...again, unlisted: undefined }).toEqual({ ...routing, unlisted: undefined })
        const told = routing.chosen.length + routing.passedOver.length + (routing.unlisted ?? 0)
        expect(told).toBe(offered.length)
        expect(routing.passedOver.length).toBeLessThanOrEqual(mostListed)
      }),
      { numRuns: 300 },
    )
  })

  it('does not hang on the order in which candidates are known', () => {
    fc.assert(
      fc.property(wishes, candidates, (wish, offered) => {
        expect(route(wish, offered.toReversed())?.chosen).toEqual(route(wish, offered)?.chosen)
      }),
    )
  })
})

const equals = (count: number): Candidate[] =>
  Array.from({ length: count }, (_, n) => ({
    agentId: `${n}`,
    domainId: `d${n}`,
    wallet,
    price: '1',
    stake: '1',
    load: 0,
    places: 1,
  }))
const chosenOf = (wish: Wish, offered: readonly Candidate[]) => route(wish, offered)!.chosen[0]!.agentId

describe('a tie', () => {
  it('falls by the seed: another seed, and about as many choose each', () => {
    const counts = new Map<string, number>()
    for (let n = 0; n < 800; n++) {
      const agentId = chosenOf({ ...wish, seed: `0x${n.toString(16).padStart(64, '0')}` }, equals(4))
      counts.set(agentId, (counts.get(agentId) ?? 0) + 1)
    }
    for (const count of counts.values()) expect(count).toBeGreaterThan(140)
    expect(counts.size).toBe(4)
  })

  it('is won no more often by a domain with many agents', () => {
    const many = [
      ...equals(2),
      ...Array.from({ length: 20 }, (_, n) => ({ ...equals(1)[0]!, agentId: `${n + 2}`, domainId: 'd1' })),
    ]
    let won = 0
    for (let n = 0; n < 400; n++) {
      if (chosenOf({ ...wish, taskId: `0x${n}` }, many) !== '0') won++
    }
    expect(won / 400).toBeCloseTo(0.5, 1)
  })
})

it('of two that are alike the one that takes less time goes first, and one that is new is tried', () => {
  const [quick, slow, fresh] = equals(3) as [Candidate, Candidate, Candidate]
  const timed = [
    { ...quick, tookMs: 100 },
    { ...slow, tookMs: 900 },
  ]
  expect(chosenOf({ ...wish, deadlineMs: 1_000 }, timed)).toBe('0')
  expect(chosenOf({ ...wish, deadlineMs: 1_000 }, [timed[1]!, fresh])).toBe('2')
})
