import { describe, expect, it } from 'vitest'
import { nextDeadlineMs } from '../../../coordinator/flow/expire.ts'
import type { Json } from '../../../protocol/canonical.ts'
import type { WaitRule } from '../../../protocol/plan.ts'
import { Drive, planOf, typesOf } from './drive.ts'

const approver = `0x${'11'.repeat(20)}`
const carrier = `0x${'33'.repeat(20)}`
const stranger = `0x${'44'.repeat(20)}`

function waiting(wait: WaitRule, input: Json = {}) {
  const plan = planOf([{ id: 'go', after: ['pause'], input: 'outputs.pause' }])
  return new Drive().planned({ ...plan, waits: [{ id: 'pause', title: '', after: [], wait }] }, { input })
}
function signal(drive: Drive, name: string, payload: Json, signer = approver) {
  const by = { signer, signedAtMs: 1, signature: `0x${'22'.repeat(65)}` }
  return drive.when({ type: 'signal', signal: name, payload, by })
}

describe('a wait for time', () => {
  it('begins when it may, wakes the task when its time comes, and lets the rest go on', () => {
    const drive = waiting({ ms: 500 })
    expect(drive.history.at(-1)).toMatchObject({ type: 'WaitBegun', subtaskId: 'pause', deadlineMs: 1_500 })
    expect(nextDeadlineMs(drive.task)).toBe(1_500)
    expect(drive.assign('go', ['1'])).toEqual([])
    expect(drive.at(1_499)).toEqual([])
    expect(typesOf(drive.at(1_500))).toEqual(['WaitElapsed', 'SubtaskCompleted'])
    // Half of the time that what is ready now can spare.
    expect(nextDeadlineMs(drive.task)).toBe(5_000_250)
    expect(drive.assign('go', ['1'])[0]).toMatchObject({ input: null })
    drive.result('go', '1', 'gone')
    expect(drive.task.settlement!.settlement.payments).toEqual([{ agentId: '1', amount: '1000' }])
  })

  it('until a moment of the input ends then, or at once when that is past', () => {
    expect(waiting({ until: 'input.at' }, { at: '1970-01-01T00:00:02.5Z' }).history.at(-1)).toMatchObject({
      type: 'WaitBegun',
      deadlineMs: 2_500,
    })
    const late = waiting({ until: 'input.at' }, { at: '1970-01-01T02:00+02:00' })
    expect(typesOf(late.at(1_000))).toEqual(['WaitElapsed', 'SubtaskCompleted'])
  })

  it.each(['tomorrow', '2026-02-30T99:00Z', '2026-01-01T00:00:00', 5, null])('until %j fails', at => {
    const drive = waiting({ until: 'input.at' }, { at })
    expect(drive.history).toContainEqual(expect.objectContaining({ type: 'SubtaskFailed', subtaskId: 'pause' }))
    expect(drive.task.state).toBe('failed')
  })
})

describe('a wait for a signal', () => {
  const shipped = { event: 'shipped', deadlineMs: 1_000, onSilence: 'fail' as const }

  it('ends with the payload as its output', () => {
    const drive = waiting(shipped)
    expect(typesOf(signal(drive, 'shipped', { vessel: 'Kiel' }))).toEqual(['SignalReceived', 'SubtaskCompleted'])
    expect(drive.assign('go', ['1'])[0]).toMatchObject({ input: { vessel: 'Kiel' } })
    expect(() => signal(drive, 'shipped', {})).toThrow(expect.objectContaining({ code: 'SIGNAL_NOT_AWAITED' }))
  })

  it('takes no signal of another name, from a stranger, or with a payload that does not match', () => {
    const drive = waiting(
      { ...shipped, match: 'payload.order == input.order', from: 'input.carrier' },
      { order: 7, carrier },
    )
    const refused = (code: string) => expect.objectContaining({ code })
    expect(() => signal(drive, 'sunk', { order: 7 })).toThrow(refused('SIGNAL_NOT_AWAITED'))
    expect(() => signal(drive, 'shipped', { order: 7 }, stranger)).toThrow(refused('SIGNAL_REFUSED'))
    expect(() => signal(drive, 'shipped', { order: 8 }, carrier)).toThrow(refused('SIGNAL_REFUSED'))
    expect(typesOf(signal(drive, 'shipped', { order: 7 }, carrier))).toEqual(['SignalReceived', 'SubtaskCompleted'])
  })

  it('without one fails the task, or goes on with null, as its author chose', () => {
    const strict = waiting(shipped)
    expect(typesOf(strict.at(2_000)).slice(0, 3)).toEqual(['WaitElapsed', 'SubtaskFailed', 'TaskFailed'])
    const lenient = waiting({ ...shipped, onSilence: 'continue' })
    expect(typesOf(lenient.at(2_000))).toEqual(['WaitElapsed', 'SubtaskCompleted'])
    expect(lenient.assign('go', ['1'])[0]).toMatchObject({ input: null })
  })

  it('takes none after its time, though nobody has said yet that it is over', () => {
    const drive = waiting(shipped)
    drive.nowMs = 2_000
    expect(() => signal(drive, 'shipped', {})).toThrow(expect.objectContaining({ code: 'SIGNAL_NOT_AWAITED' }))
  })

  it('takes a signature once: one that ended a wait ends no later one of that name', () => {
    const plan = planOf([{ id: 'go', after: ['second'] }])
    const second = { id: 'second', title: '', after: ['first'], wait: shipped }
    const drive = new Drive().planned({
      ...plan,
      waits: [{ id: 'first', title: '', after: [], wait: shipped }, second],
    })
    signal(drive, 'shipped', { vessel: 'Kiel' })
    const stale = expect.objectContaining({ code: 'REQUEST_STALE' })
    expect(() => signal(drive, 'shipped', { vessel: 'Kiel' })).toThrow(stale)
    expect(typesOf(signal(drive, 'shipped', { vessel: 'Bremen' }))).toContain('SubtaskCompleted')
  })

  it('is told to whoever sends one to an ended task', () => {
    const drive = waiting(shipped)
    drive.at(2_000)
    expect(() => signal(drive, 'shipped', {})).toThrow(expect.objectContaining({ code: 'TASK_CLOSED' }))
  })
})
