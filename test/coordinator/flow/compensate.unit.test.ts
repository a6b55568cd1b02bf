import { describe, expect, it } from 'vitest'
import { nextDeadlineMs } from '../../../coordinator/flow/expire.ts'
import { planFrom } from '../../../coordinator/flow/plan.ts'
import { readySubtasks } from '../../../coordinator/flow/ready.ts'
import { contentHash } from '../../../protocol/canonical.ts'
import { Template } from '../../../protocol/template.ts'
import { Drive, planOf, typesOf } from './drive.ts'

const compensate = { skill: 'take-back@1', input: '{ was: output.n, at: input.at }', deadlineMs: 500, attempts: 2 }
const plan = planOf([
  { id: 'book', compensate },
  { id: 'hire', after: ['book'], compensate },
  { id: 'watch', after: ['hire'] },
  { id: 'act', after: ['watch'], attempts: 1 },
])
const ready = (drive: Drive) => readySubtasks(drive.task).map(({ id }) => id)

/** Books, hires, watches, and then cannot act. */
function failed(): Drive {
  const drive = new Drive().planned(plan, { input: { at: 'noon' } })
  for (const [index, id] of ['book', 'hire', 'watch'].entries()) {
    drive.assign(id, ['1'])
    drive.result(id, '1', { n: index })
  }
  drive.assign('act', ['2'])
  drive.fail('act', '2', false)
  return drive
}

describe('a task that fails after something was done', () => {
  it('has failed at once, and takes back what was done last first, before it is settled', () => {
    const drive = failed()
    expect(drive.task.state).toBe('failed')
    expect(drive.history.at(-1)).toMatchObject({ type: 'CompensationOpened', compensates: 'hire' })
    expect(drive.task.settlement).toBeNull()
    expect(ready(drive)).toEqual(['undo-hire'])
    expect(drive.assign('undo-hire', ['3'])[0]).toMatchObject({ input: { was: 1, at: 'noon' } })
    expect(typesOf(drive.result('undo-hire', '3', {}))).toEqual([
      'ResultReceived',
      'SubtaskAgreed',
      'SubtaskCompleted',
      'CompensationOpened',
    ])
    expect(ready(drive)).toEqual(['undo-book'])
    drive.assign('undo-book', ['1'])
    expect(typesOf(drive.result('undo-book', '1', {})).slice(-2)).toEqual([
      'ContributionMeasured',
      'SettlementComputed',
    ])
    expect(drive.task.state).toBe('failed')
    // Three subtasks were worth a reward; what was taken back is paid at its price, to whoever did it.
    expect(drive.task.settlement!.settlement).toMatchObject({
      payments: [
        { agentId: '1', amount: '4000' },
        { agentId: '3', amount: '1000' },
      ],
      fee: '100',
      refund: '994900',
    })
  })

  it('tries again, and goes on with the others when one cannot be taken back', () => {
    const drive = failed()
    drive.assign('undo-hire', ['3'])
    expect(typesOf(drive.at(nextDeadlineMs(drive.task)!))).toEqual(['AttemptExpired', 'AttemptFailed'])
    drive.assign('undo-hire', ['3'])
    const given = drive.fail('undo-hire', '3', true)
    expect(typesOf(given).slice(-2)).toEqual(['SubtaskFailed', 'CompensationOpened'])
    drive.assign('undo-book', ['3'])
    expect(typesOf(drive.result('undo-book', '3', {}))).toContain('SettlementComputed')
    expect(nextDeadlineMs(drive.task)).toBeNull()
    expect(drive.task.settlement!.settlement.penalties).toMatchObject([{ agentId: '3', fault: 'no-show' }])
  })

  it('gives out no other work, whoever asks, and hears no other answer', () => {
    const drive = failed()
    expect(drive.assign('act', ['3'])).toEqual([])
    expect(drive.result('act', '2', {})).toEqual([])
    expect(typesOf(drive.at(1_900))).toEqual(['StarvationWarned'])
  })

  it('takes no agent for dead whose work the end has cut off', () => {
    const drive = new Drive().planned(
      planOf([
        { id: 'book', compensate },
        { id: 'act', heartbeatMs: 100 },
      ]),
    )
    drive.assign('book', ['1'])
    drive.result('book', '1', { n: 0 })
    drive.assign('act', ['2'])
    drive.when({ type: 'cancel', reason: 'a test', by: null })
    drive.nowMs = 1_500
    expect(drive.when({ type: 'missHeartbeat', subtaskId: 'act', attempt: 1, agents: ['2'] })).toEqual([])
  })

  it('waits for nobody to be asked longer than a compensation may take, and is settled', () => {
    const drive = failed()
    expect(typesOf(drive.at(1_900))).toEqual(['StarvationWarned'])
    expect(nextDeadlineMs(drive.task)).toBe(2_000)
    expect(typesOf(drive.at(2_000))).toEqual(['SubtaskFailed', 'CompensationOpened'])
    expect(typesOf(drive.at(3_000)).at(-1)).toBe('SettlementComputed')
  })
})

describe('a list', () => {
  it('is taken back item by item, the last done first, each with its item', () => {
    const forEach = { items: 'input.rooms', as: 'room', concurrency: 2, max: 3 }
    const undo = { ...compensate, input: '{ was: output.n, room: room, place: index }' }
    const list = planOf([
      { id: 'room', input: '{ room: room }', forEach, compensate: undo },
      { id: 'act', after: ['room'], attempts: 1 },
    ])
    const drive = new Drive().planned(list, { input: { rooms: ['red', 'blue'] } })
    for (const [index, id] of ['room-1', 'room-0'].entries()) {
      drive.assign(id, ['1'])
      drive.result(id, '1', { n: index })
    }
    drive.assign('act', ['2'])
    drive.fail('act', '2', false)
    expect(ready(drive)).toEqual(['undo-room-0'])
    expect(drive.assign('undo-room-0', ['3'])[0]).toMatchObject({ input: { was: 1, room: 'red', place: 0 } })
    drive.result('undo-room-0', '3', {})
    expect(drive.assign('undo-room-1', ['3'])[0]).toMatchObject({ input: { was: 0, room: 'blue', place: 1 } })
    expect(typesOf(drive.result('undo-room-1', '3', {}))).toContain('SettlementComputed')
  })
})

describe('a task that was cancelled', () => {
  it('takes back what was done, though it was paused', () => {
    const by = { signer: `0x${'11'.repeat(20)}`, signedAtMs: 1, signature: `0x${'22'.repeat(65)}` }
    const drive = new Drive().planned(plan, { input: { at: 'noon' } })
    drive.assign('book', ['1'])
    drive.result('book', '1', { n: 0 })
    drive.assign('hire', ['2'])
    drive.when({ type: 'pause', reason: 'look', by })
    expect(typesOf(drive.when({ type: 'cancel', reason: 'no', by }))).toEqual(['TaskCanceled', 'CompensationOpened'])
    expect(ready(drive)).toEqual(['undo-book'])
    // The work that was under way is over.
    expect(drive.result('hire', '2', {})).toEqual([])
    drive.assign('undo-book', ['3'])
    expect(typesOf(drive.result('undo-book', '3', {}))).toContain('SettlementComputed')
    expect(drive.task.state).toBe('canceled')
  })

  it('with nothing done has nothing to take back, and neither has one that is completed', () => {
    const drive = new Drive().planned(plan)
    expect(typesOf(drive.when({ type: 'cancel', reason: 'no', by: null }))).toContain('SettlementComputed')
    const whole = new Drive().planned(planOf([{ id: 'book', compensate }]))
    whole.assign('book', ['1'])
    expect(typesOf(whole.result('book', '1', { n: 1 }))).toContain('SettlementComputed')
  })
})

describe('the plan', () => {
  const offer = { domains: 1, highestPrice: 100n, nearest: [] }
  const hash = contentHash('inner')
  const check = (subtasks: object[], budget: bigint) => {
    const template = Template.parse({ name: 't', version: '1.0.0', title: 'T', subtasks })
    return planFrom(template, contentHash('t'), () => offer, { budget, feeBps: 0, availableMs: 3_600_000 })
  }
  const book = { id: 'book', skill: 'book@1', compensate: { skill: 'take-back@1' } }

  it('reserves for every compensation', () => {
    expect(check([book], 200n).subtasks[0]!.compensate).toEqual({
      skill: 'take-back@1',
      input: 'output',
      deadlineMs: 30_000,
      attempts: 3,
    })
    expect(() => check([book], 199n)).toThrow(/may cost 200/)
  })

  it('of a template within takes back in its own terms', () => {
    const inner = Template.parse({
      name: 'inner',
      version: '1.0.0',
      title: 'I',
      subtasks: [{ ...book, compensate: { skill: 'take-back@1', input: '{ was: output, by: input.name }' } }],
    })
    const subtasks = [{ id: 'trip', plan: 'inner@1.0.0', input: '{ name: input.traveller }' }]
    const template = Template.parse({
      name: 't',
      version: '1.0.0',
      title: 'T',
      subtasks,
      uses: { 'inner@1.0.0': hash },
    })
    const library = new Map([[hash, { template: inner, hash }]])
    const limits = { budget: 1_000n, feeBps: 0, availableMs: 3_600_000 }
    const made = planFrom(template, contentHash('t'), () => offer, limits, { library })
    const id = made.subtasks[0]!.id
    const act = planOf([{ id: 'act', after: [id] }]).subtasks
    const drive = new Drive().planned(
      { ...made, subtasks: [...made.subtasks, ...act] },
      { input: { traveller: 'Ada' } },
    )
    drive.assign(id, ['1'])
    drive.result(id, '1', { n: 7 })
    drive.when({ type: 'cancel', reason: 'no', by: null })
    const [assigned] = drive.assign(`undo-${id}`, ['3'])
    expect(assigned).toMatchObject({ input: { was: { n: 7 }, by: 'Ada' } })
  })

  it.each([
    ['an id that is taken', [book, { id: 'undo-book', skill: 's@1' }], /undo-book is what its compensation is called/],
    ['an id that is too long', [{ ...book, id: 'b'.repeat(44) }], /has more than 48 characters/],
    ['an input that does not compile', [{ ...book, compensate: { skill: 's@1', input: '{' } }], /compensate\.input/],
    [
      'more time than the settlement can wait',
      Array.from({ length: 20 }, (_, n) => ({
        ...book,
        id: `b${n}`,
        compensate: { ...compensate, deadlineMs: 600_000 },
      })),
      /taking everything back/,
    ],
  ])('refuses %s', (_, subtasks, why) => {
    expect(() => check(subtasks, 1_000_000n)).toThrow(why)
  })
})
