import { describe, expect, it } from 'vitest'
import type { Demand, Wanted } from '../../../coordinator/flow/demand.ts'
import { Offers } from '../../../coordinator/room/offers.ts'
import type { Shortage } from '../../../coordinator/room/preemptions.ts'
import { type Grant, Room } from '../../../coordinator/room/room.ts'
import { TrackRecords } from '../../../coordinator/room/track-records.ts'
import type { Needs } from '../../../protocol/capacity.ts'
import { usualParameters } from '../../../protocol/consortium.ts'
import { directoryOf, statementsOf, taskIdOf, usualWork } from './simulated-room.ts'

const nobody = { isOpen: true, submittedAtMs: 1, givenAtMs: 0, seed: null, holding: {}, waiting: [] }
const wanted = (needs: Needs): Wanted => ({ ...usualWork, needs })

/** One agent with ten beds and ten places. */
class Ward {
  readonly grants: number[] = []
  readonly shortages: Shortage[] = []
  readonly room: Room

  constructor(mayPreempt = (priority: string) => priority !== 'emergency') {
    const directory = directoryOf([{ agentId: '1', concurrency: 10 }])
    const statements = statementsOf([['1', { beds: { total: 10, unit: 'bed' }, vans: { total: 1, unit: 'van' } }]])
    this.room = new Room({
      offers: new Offers(() => directory, statements),
      records: new TrackRecords(() => [{ fromMs: 0, parameters: usualParameters }]),
      weightOf: () => 1,
      onGrant: ({ waiting }: Grant) => void this.grants.push(Number(waiting.taskId)),
      mayPreempt: (_, { priority }) => mayPreempt(priority),
      onShortage: shortage => void this.shortages.push(shortage),
    })
    this.room.open()
  }

  say(number: number, demand: Partial<Demand>): void {
    const whole = { ...nobody, priority: 'normal' as const, domainId: 'a', ...demand }
    this.room.heed(taskIdOf(number), 'writer', whole, 1)
  }

  wait(number: number, needs: Needs, priority: Demand['priority'] = 'normal'): void {
    this.say(number, { priority, waiting: [wanted(needs)] })
  }

  run(number: number, beds: number, priority: Demand['priority'] = 'normal', sinceMs = number): void {
    const attempt = {
      subtaskId: 's',
      attempt: 1,
      agentId: '1',
      needs: { beds },
      skill: 'work@1',
      template: 't',
      sinceMs,
    }
    this.say(number, { priority, holding: { 1: 1 }, reserved: { '1/beds': beds }, preemptible: [attempt] })
  }

  victims(): number[] {
    return this.shortages.flatMap(({ victims }) => victims.map(({ taskId }) => Number(taskId)))
  }
}

describe('what needs resources', () => {
  it('waits until they are free, and what comes after it does not take them meanwhile', () => {
    const ward = new Ward()
    ward.run(1, 6)
    ward.wait(2, { beds: 8 })
    ward.wait(3, { beds: 2 })
    ward.wait(4, { vans: 1 })
    expect(ward.grants).toEqual([4])
    ward.say(1, { isOpen: false })
    expect(ward.grants).toEqual([4, 2, 3])
  })

  it('is given to nobody where none can ever commit so much, with the reason', () => {
    const ward = new Ward()
    const given: Grant[] = []
    const statements = statementsOf([['1', { beds: { total: 2, unit: 'bed' } }]])
    const directory = directoryOf([{ agentId: '1' }, { agentId: '2' }])
    const room = new Room({
      offers: new Offers(() => directory, statements),
      records: new TrackRecords(() => [{ fromMs: 0, parameters: usualParameters }]),
      weightOf: () => 1,
      onGrant: grant => void given.push(grant),
    })
    room.open()
    room.heed(
      taskIdOf(1),
      'writer',
      { ...nobody, priority: 'normal', domainId: 'a', waiting: [wanted({ beds: 3 })] },
      1,
    )
    expect(ward.grants).toEqual([])
    expect(given[0]!.routing).toMatchObject({
      chosen: [],
      passedOver: [
        { agentId: '1', domainId: 'd-1', why: 'can commit 2 beds in all, 3 are needed' },
        { agentId: '2', domainId: 'd-2', why: 'can commit 0 beds in all, 3 are needed' },
      ],
    })
  })
})

describe('for an emergency that lacks resources', () => {
  it('the fewest attempts are broken off, what can wait first and what began last, and once', () => {
    const ward = new Ward()
    ward.run(1, 3)
    ward.run(2, 3, 'low')
    ward.run(3, 3)
    ward.wait(9, { beds: 4 }, 'emergency')
    ward.wait(8, { beds: 1 })
    expect(ward.victims()).toEqual([2])
    ward.say(2, { waiting: [{ ...wanted({ beds: 3 }), attempt: 2 }], priority: 'low' })
    expect(ward.grants).toEqual([9])
  })

  it('none is where all together would not be enough, where it is no emergency, or the policy says no', () => {
    const many = new Ward()
    many.run(1, 3)
    many.say(2, { holding: { 1: 1 }, reserved: { '1/beds': 6 } })
    many.wait(9, { beds: 5 }, 'emergency')
    const usual = new Ward()
    usual.run(1, 9)
    usual.wait(9, { beds: 5 })
    const strict = new Ward(() => false)
    strict.run(1, 9)
    strict.wait(9, { beds: 5 }, 'emergency')
    expect([many, usual, strict].map(ward => ward.victims())).toEqual([[], [], []])
  })

  it('others are asked for when what was asked was not done', () => {
    const ward = new Ward()
    ward.run(1, 9)
    ward.wait(9, { beds: 5 }, 'emergency')
    const [first] = ward.shortages
    expect(ward.room.isShort(first!)).toBe(true)
    ward.room.lookAgain(first!)
    expect(ward.victims()).toEqual([1, 1])
    ward.say(1, { isOpen: false })
    expect(ward.room.isShort(ward.shortages[1]!)).toBe(false)
    expect(ward.grants).toEqual([9])
  })
})
