import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Offers } from '../../../coordinator/room/offers.ts'
import { type Grant, Room } from '../../../coordinator/room/room.ts'
import { TrackRecords } from '../../../coordinator/room/track-records.ts'
import { usualParameters } from '../../../protocol/consortium.ts'
import { priorities } from '../../../protocol/task.ts'
import { directoryOf, jobOf, SimulatedRoom, taskIdOf } from './simulated-room.ts'

const job = fc.record({
  domain: fc.constantFrom('a', 'b', 'c'),
  priority: fc.constantFrom(...priorities),
  replicas: fc.constantFrom(1, 1, 1, 2, 3),
  skill: fc.constantFrom('work@1', 'other@1'),
})
const workers = fc.array(
  fc.record({
    places: fc.integer({ min: 1, max: 4 }),
    skills: fc.constantFrom(['work'], ['other'], ['work', 'other']),
  }),
  { minLength: 1, maxLength: 5 },
)
const move = fc.oneof(fc.record({ wait: job }), fc.record({ end: fc.nat(20) }))

describe('whatever comes and ends, and in whatever order', () => {
  it('no agent has more than it takes, and all is given out when what runs ends', () => {
    let waited = 0
    fc.assert(
      fc.property(workers, fc.array(move, { minLength: 20, maxLength: 60 }), (agents, moves) => {
        const cast = agents.map(({ places, skills }, index) => ({ agentId: `${index}`, concurrency: places, skills }))
        const room = new SimulatedRoom(cast)
        let jobs = 0
        for (const each of moves) {
          if ('wait' in each) {
            const { domain: domainId, ...rest } = each.wait
            room.wait(jobOf(++jobs, { domainId, ...rest }))
          } else if (room.running.length > 0) room.end(each.end % room.running.length)
          for (const { agentId, concurrency } of cast) expect(room.loadOf(agentId)).toBeLessThanOrEqual(concurrency)
          if (room.given.length < jobs) waited++
        }
        room.drain()
        expect(room.given).toHaveLength(jobs)
      }),
      { numRuns: 400 },
    )
    expect(waited).toBeGreaterThan(500)
  })

  it('while an emergency waits, nothing else is given to an agent that could do it', () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 60 }), fc.integer({ min: 1, max: 3 }), (moves, concurrency) => {
        const room = new SimulatedRoom([{ agentId: '1', concurrency }])
        const waiting = new Set<string>()
        let jobs = 0
        for (const each of moves) {
          const before = room.given.length
          if ('wait' in each) {
            const added = jobOf(++jobs, { domainId: each.wait.domain, priority: each.wait.priority })
            if (each.wait.priority === 'emergency') waiting.add(added.taskId)
            room.wait(added)
          } else if (room.running.length > 0) room.end(each.end % room.running.length)
          for (const { taskId, priority } of room.given.slice(before)) {
            if (!waiting.delete(taskId)) expect([priority, waiting.size]).toEqual([priority, 0])
          }
        }
      }),
      { numRuns: 400 },
    )
  })

  it('of two domains that always have more waiting, each runs its weight of the places, but for less than one', () => {
    const weights = fc.record({ a: fc.integer({ min: 1, max: 4 }), b: fc.integer({ min: 1, max: 4 }) })
    const ends = fc.array(fc.nat(50), { minLength: 10, maxLength: 80 })
    fc.assert(
      fc.property(weights, fc.integer({ min: 1, max: 12 }), ends, (of, places, ends) => {
        const room = new SimulatedRoom([{ agentId: '1', concurrency: places }], of)
        for (let n = 1; n <= 200; n++) room.wait(jobOf(n, { domainId: n <= 100 ? 'a' : 'b' }))
        // What came first took all the places while nobody else was there.
        for (let n = 0; n < places; n++) room.end()
        for (const pick of ends) {
          room.end(pick % room.running.length)
          for (const domainId of ['a', 'b'] as const) {
            const fair = (places * of[domainId]) / (of.a + of.b)
            expect(Math.abs(room.runningOf(domainId) - fair)).toBeLessThanOrEqual(1)
          }
        }
      }),
      { numRuns: 200 },
    )
  })

  it('where there is one place, domains take turns', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(['a', 'b', 'c', 'd', 'e'], { minLength: 2 }), domains => {
        const room = new SimulatedRoom([{ agentId: '1', concurrency: 1 }])
        for (let n = 0; n < 50; n++) room.wait(jobOf(n + 1, { domainId: domains[Math.floor(n / 10)] ?? domains[0]! }))
        for (let n = 0; n < 20; n++) room.end()
        const served = room.given.slice(1).map(({ domainId }) => domainId)
        for (let from = 0; from + domains.length <= 10; from++) {
          expect(new Set(served.slice(from, from + domains.length)).size).toBe(domains.length)
        }
      }),
    )
  })

  it('one that comes to where others never run dry waits for no more ends than there are domains', () => {
    const ends = fc.array(fc.nat(50), { minLength: 12, maxLength: 40 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 5 }), ends, (places, domains, ends) => {
        const room = new SimulatedRoom([{ agentId: '1', concurrency: places }])
        let jobs = 0
        const more = (domain: number) => room.wait(jobOf(++jobs, { domainId: `d${domain}` }))
        for (let n = 0; n < places + 2 * domains; n++) more(n % domains)
        const late = jobOf(1_000, { domainId: 'late' })
        room.wait(late)
        let waited = 0
        for (const pick of ends) {
          if (room.given.includes(late)) break
          const ended = room.end(pick % room.running.length)
          // As much comes as goes.
          more(Number(ended!.domainId.slice(1)))
          waited++
        }
        expect(waited).toBeLessThanOrEqual(domains + 1)
      }),
      { numRuns: 300 },
    )
  })

  it('two rooms that read the same stamps make the same grants', () => {
    fc.assert(
      fc.property(fc.array(job, { minLength: 1, maxLength: 40 }), jobs => {
        const directory = directoryOf([
          { agentId: '1', concurrency: 2, skills: ['work', 'other'] },
          { agentId: '2', concurrency: 1, skills: ['work'] },
        ])
        const grants: Grant[][] = [[], []]
        const rooms = grants.map(
          list =>
            new Room({
              offers: new Offers(() => directory),
              records: new TrackRecords(() => [{ fromMs: 0, parameters: usualParameters }]),
              weightOf: () => 1,
              onGrant: grant => void list.push(grant),
            }),
        )
        for (const room of rooms) room.open()
        for (const [n, { domain: domainId, priority, replicas, skill }] of jobs.entries()) {
          const wanted = { subtaskId: 's', attempt: 1, skill, replicas, failed: [], deadlineMs: 1_000, starving: null }
          const demand = {
            priority,
            domainId,
            isOpen: true,
            submittedAtMs: n,
            givenAtMs: 0,
            seed: null,
            holding: {},
            waiting: [wanted],
          }
          for (const room of rooms) room.heed(taskIdOf(n), `writer ${n % 2}`, demand, 1)
        }
        expect(grants[0]!.length).toBeGreaterThan(0)
        expect(grants[1]).toEqual(grants[0])
      }),
      { numRuns: 200 },
    )
  })
})
