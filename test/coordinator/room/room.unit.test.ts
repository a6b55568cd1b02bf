import { describe, expect, it } from 'vitest'
import { Offers } from '../../../coordinator/room/offers.ts'
import { Room } from '../../../coordinator/room/room.ts'
import { TrackRecords } from '../../../coordinator/room/track-records.ts'
import { usualParameters } from '../../../protocol/consortium.ts'
import { directoryOf, type Job, jobOf, SimulatedRoom, taskIdOf } from './simulated-room.ts'

const one = [{ agentId: '1', concurrency: 1 }]
const idsOf = (jobs: readonly Job[]) => jobs.map(({ taskId }) => Number(taskId))

describe('of what waits for an agent', () => {
  it('an emergency is next, and what can wait comes last', () => {
    const room = new SimulatedRoom(one)
    for (let n = 1; n <= 50; n++) room.wait(jobOf(n))
    room.wait(jobOf(51, { priority: 'low' }))
    room.wait(jobOf(52))
    room.wait(jobOf(53, { priority: 'emergency' }))
    room.end()
    expect(idsOf(room.given)).toEqual([1, 53])
    room.drain()
    expect(idsOf(room.given).at(-1)).toBe(51)
  })

  it('what is starving goes ahead in its class, the first deadline first, and not ahead of an emergency', () => {
    const room = new SimulatedRoom(one)
    const jobs = [1, 2, 3, 4, 5].map(n => jobOf(n))
    for (const job of jobs) room.wait(job)
    room.wait(jobOf(6, { priority: 'emergency' }))
    room.warn(jobs[3]!, 9_000)
    room.warn(jobs[4]!, 8_000)
    room.drain()
    expect(idsOf(room.given)).toEqual([1, 6, 5, 4, 2, 3])
  })

  it('what no stake deters from a lie about waits for nobody: it is given out, to none', () => {
    const room = new SimulatedRoom([...one, { agentId: '2', concurrency: 1, skills: ['other'] }])
    room.wait(jobOf(1, { stakeBps: 20_000 }))
    room.wait(jobOf(2))
    expect(room.running.map(({ agents }) => agents)).toEqual([[], ['1']])
  })

  it('of what is ready at once none takes the only agent that another could go to', () => {
    const directory = directoryOf([
      { agentId: '1', concurrency: 1, skills: ['work', 'rare'] },
      { agentId: '2', concurrency: 1, skills: ['work'] },
    ])
    const any = { attempt: 1, replicas: 1, failed: [], deadlineMs: 1_000, starving: null }
    const waiting = [
      { ...any, subtaskId: 'a', skill: 'work@1' },
      { ...any, subtaskId: 'b', skill: 'rare@1' },
    ]
    const of = { priority: 'normal', domainId: 'a', isOpen: true, submittedAtMs: 1, givenAtMs: 0, seed: null } as const
    for (let n = 1; n <= 20; n++) {
      const given: Record<string, string> = {}
      const room = new Room({
        offers: new Offers(() => directory),
        records: new TrackRecords(() => [{ fromMs: 0, parameters: usualParameters }]),
        weightOf: () => 1,
        onGrant: ({ waiting, routing }) => {
          given[waiting.subtaskId] = routing.chosen[0]!.agentId
        },
      })
      room.open()
      room.heed(taskIdOf(n), 'writer', { ...of, holding: {}, waiting }, 1)
      expect(given).toEqual({ a: '2', b: '1' })
    }
  })

  it('a domain with few tasks is not behind one with many that came first', () => {
    const room = new SimulatedRoom(one)
    for (let n = 1; n <= 100; n++) room.wait(jobOf(n, { domainId: 'many' }))
    for (let n = 101; n <= 105; n++) room.wait(jobOf(n, { domainId: 'few' }))
    room.drain()
    const last = idsOf(room.given).indexOf(105)
    expect(last).toBeLessThanOrEqual(10)
    expect(room.given).toHaveLength(105)
  })

  it('nobody is given what needs three agents before they are free, and nobody takes those that are', () => {
    const workers = ['1', '2', '3'].map(agentId => ({ agentId, concurrency: 1 }))
    const room = new SimulatedRoom(workers)
    for (let n = 1; n <= 3; n++) room.wait(jobOf(n))
    room.wait(jobOf(4, { replicas: 3 }))
    for (let n = 5; n <= 9; n++) room.wait(jobOf(n))
    room.end()
    room.end()
    expect(idsOf(room.given)).toEqual([1, 2, 3])
    room.end()
    expect(idsOf(room.given)).toEqual([1, 2, 3, 4])
    room.drain()
    expect(room.given).toHaveLength(9)
  })

  it('an agent that was kept for who needs several is another’s, once that one has others or is gone', () => {
    const workers = [['work'], ['work', 'other'], ['work']].map((skills, index) => {
      return { agentId: `${index}`, concurrency: 1, skills }
    })
    // Which two the last is given follows from its id.
    for (let n = 10; n < 200; n += 10) {
      const room = new SimulatedRoom(workers)
      room.wait(jobOf(n, { skill: 'other@1' }))
      room.wait(jobOf(n + 1, { replicas: 2 }))
      room.wait(jobOf(n + 2, { skill: 'other@1', priority: 'low' }))
      const several = jobOf(n + 3, { replicas: 2 })
      room.wait(several)
      room.end()
      expect(idsOf(room.given)).toEqual([n, n + 1])
      if (n % 20 === 0) room.withdraw(several)
      room.drain()
      expect(idsOf(room.given)).toContain(n + 2)
    }
  })

  it('a retry waits for an agent that has not failed it, however free the one is that has', () => {
    const room = new SimulatedRoom(['1', '2'].map(agentId => ({ agentId, concurrency: 1 })))
    room.wait(jobOf(1, { failed: ['1'] }))
    room.wait(jobOf(2, { failed: ['1'] }))
    room.wait(jobOf(3))
    expect(room.running.map(({ job, agents }) => [Number(job.taskId), agents])).toEqual([
      [1, ['2']],
      [3, ['1']],
    ])
    room.drain()
    expect(room.given).toHaveLength(3)
  })

  it('a skill that nobody offers is given to nobody at once, for the rules to say that it fails', () => {
    const room = new SimulatedRoom(one)
    room.wait(jobOf(1, { skill: 'unheard-of@1' }))
    expect(room.running).toMatchObject([{ agents: [] }])
  })

  it('an agent with two skills keeps its free place for what goes first, whichever it is for', () => {
    const room = new SimulatedRoom([{ agentId: '1', skills: ['work', 'other'], concurrency: 1 }])
    room.wait(jobOf(1))
    room.wait(jobOf(2))
    room.wait(jobOf(3, { skill: 'other@1', priority: 'emergency' }))
    room.drain()
    expect(idsOf(room.given)).toEqual([1, 3, 2])
  })
})
