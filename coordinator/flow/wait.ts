import { contentHash } from '../../protocol/canonical.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { TaskEvent, TaskEventOf } from '../../protocol/events.ts'
import { givenFaults, type Schema } from '../../protocol/parameters.ts'
import type { Wait, WaitRule } from '../../protocol/plan.ts'
import type { SubtaskProgress } from './progress.ts'
import { evaluateIn, mayBegin } from './scope.ts'
import { checkGiven } from './seal/given.ts'
import type { Task } from './state.ts'

/** A date and a time with their distance from UTC: without it the moment would be the reader's guess. */
const isoTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/

/** A wait begins when all that it waits for has ended, and has a deadline from then on. */
export function waitingOf(task: Task, node: Wait, atMs: number): TaskEvent | null {
  if (!mayBegin(task, node)) return null
  const subtaskId = node.id
  const deadlineMs = deadlineOf(task, node.wait, atMs)
  if (deadlineMs === null) {
    return { type: 'SubtaskFailed', atMs, subtaskId, reason: 'what it waits until is no ISO 8601 time with a zone' }
  }
  return { type: 'WaitBegun', atMs, subtaskId, deadlineMs }
}

function deadlineOf(task: Task, wait: WaitRule, atMs: number): number | null {
  if ('ms' in wait) return atMs + wait.ms
  if (!('until' in wait)) return atMs + wait.deadlineMs
  const until = evaluateIn(task, wait.until)?.value
  if (typeof until !== 'string' || !isoTime.test(until)) return null
  const ms = Date.parse(until)
  return Number.isNaN(ms) || ms < 0 ? null : ms
}

/** What follows when a wait has ended: by time it is done, by silence it is what its author chose. */
export function afterWait({ wait, id }: Wait, { elapsed }: SubtaskProgress, atMs: number): TaskEvent | null {
  if (!elapsed || !('event' in wait) || wait.onSilence === 'continue') return null
  return { type: 'SubtaskFailed', atMs, subtaskId: id, reason: `no signal ${wait.event} came in time` }
}

/** What a sender signed: one that counted could be sent again, by whoever has seen it, for a later wait of that name. */
export function signalId({ signal, payload, by }: Pick<TaskEventOf<'SignalReceived'>, 'signal' | 'payload' | 'by'>) {
  return contentHash([signal, payload, by.signer, by.signedAtMs])
}

/**
 * A signal ends every wait for it whose time is not over, and that takes its payload.
 * @throws EntenteError SIGNAL_NOT_AWAITED, SIGNAL_REFUSED, REQUEST_STALE, SEAL_MISSING, SEAL_UNFIT
 */
export function receiveSignal(
  task: Task,
  command: Omit<TaskEventOf<'SignalReceived'>, 'type' | 'subtaskId'>,
): TaskEvent[] {
  const { atMs, signal, payload, by, keepers } = command
  const open = (task.plan?.waits ?? []).filter(({ id, wait }) => {
    const { phase, phaseDeadlineMs } = task.subtasks.get(id)!
    return phase === 'awaiting' && atMs < phaseDeadlineMs && 'event' in wait && wait.event === signal
  })
  if (open.length === 0) throw new EntenteError('SIGNAL_NOT_AWAITED', `the task waits for no signal ${signal} now`)
  const id = signalId(command)
  if ([...task.subtasks.values()].some(({ heard }) => heard === id)) {
    throw new EntenteError('REQUEST_STALE', `this very ${signal} has ended a wait before`)
  }
  const allowed = open.filter(({ wait }) => mayBeSentBy(task, wait, by.signer))
  if (allowed.length === 0) throw new EntenteError('SIGNAL_REFUSED', `${by.signer} may not send ${signal} to this task`)
  const to = { taskId: task.taskId }
  for (const { wait } of allowed) checkGiven(payloadSchema(wait), payload, signal, { by: by.signer, to, keepers })
  const taken = allowed.filter(({ wait }) => {
    const schema = payloadSchema(wait)
    if (schema && givenFaults(schema, payload, 'payload').length > 0) return false
    if (!('event' in wait) || wait.match === undefined) return true
    return evaluateIn(task, wait.match, { payload })?.value === true
  })
  if (taken.length === 0)
    throw new EntenteError('SIGNAL_REFUSED', `the payload of ${signal} is not one that is waited for`)
  const more = keepers ? { keepers } : {}
  return taken.map(({ id }) => ({ type: 'SignalReceived', atMs, subtaskId: id, signal, payload, by, ...more }))
}

function payloadSchema(wait: WaitRule): Schema | undefined {
  return 'event' in wait ? wait.payload : undefined
}

/** The requester, an approver, or one of those whom the template names in `from`. */
export function mayBeSentBy(task: Task, wait: WaitRule, signer: string): boolean {
  const { requester, spec } = task.submitted!
  if (signer === requester.address || spec.policy.approvers.some(approver => approver === signer)) return true
  if (!('event' in wait) || wait.from === undefined) return false
  const named = evaluateIn(task, wait.from)?.value ?? null
  const list = Array.isArray(named) ? named : [named]
  return list.some(address => typeof address === 'string' && address.toLowerCase() === signer)
}
