import { contentHash } from '../../protocol/canonical.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { TaskEvent, TaskEventOf } from '../../protocol/events.ts'
import { cancel, isWithdrawal } from './cancel.ts'
import { openCompensation, undoneBy } from './compensate.ts'
import { consequence } from './consequences.ts'
import { evolve, fold } from './evolve.ts'
import { receive } from './execute.ts'
import { itemScope } from './expand.ts'
import { passTime } from './expire.ts'
import { evaluate } from './expression.ts'
import { type MissHeartbeat, missHeartbeat } from './heartbeat.ts'
import { pauseOrResume } from './pause.ts'
import { readySubtasks } from './ready.ts'
import { isOutOfTime, totalDeadlineMs } from './retry.ts'
import { scopeOf } from './scope.ts'
import { costOf } from './settle.ts'
import { isEnded, type Task } from './state.ts'
import { receiveSignal } from './wait.ts'

type Bare<T extends TaskEvent['type']> = Omit<TaskEventOf<T>, 'type' | 'atMs'>

/** What somebody, or the world outside, asks of a task. `atMs` is when; the rules have no clock of their own. */
export type Command = { readonly atMs: number } & (
  | ({ readonly type: 'submit' } & Bare<'TaskSubmitted'>)
  | ({ readonly type: 'recordFunding' } & Bare<'TaskFunded'>)
  | ({ readonly type: 'reject' } & Bare<'TaskRejected'>)
  | ({ readonly type: 'screen' } & Bare<'TaskScreened'>)
  | ({ readonly type: 'plan' } & Bare<'TaskPlanned'>)
  | ({ readonly type: 'assign' } & Assign)
  | { readonly type: 'receive'; readonly agentId: string; readonly answer: Bare<'ResultReceived'>['answer'] }
  | { readonly type: 'passTime' }
  | ({ readonly type: 'missHeartbeat' } & MissHeartbeat)
  | ({ readonly type: 'answerApproval' } & Bare<'ApprovalAnswered'>)
  | ({ readonly type: 'signal' } & Omit<Bare<'SignalReceived'>, 'subtaskId'>)
  | ({ readonly type: 'cancel' } & Bare<'TaskCanceled'>)
  | ({ readonly type: 'pause' } & Bare<'TaskPaused'>)
  | ({ readonly type: 'resume' } & Bare<'TaskResumed'>)
  | ({ readonly type: 'recordSettlement' } & Bare<'TaskSettled'>)
  | ({ readonly type: 'recordProof' } & Bare<'TaskProven'>)
)

type Assign = Pick<
  Bare<'SubtaskAssigned'>,
  'subtaskId' | 'attempt' | 'skill' | 'outputSchema' | 'chosen' | 'passedOver'
>

/**
 * Task and command in, events out: those that the command brings about, then all that follows from them by rule. What
 * was done already, or comes too late, brings about nothing; what cannot be is refused by an EntenteError.
 * Invariants: an attempt is answered by whom it was assigned to, once; nothing happens to an ended task but that what was
 * done is taken back, settlement and proof; a task is settled once.
 */
export function decide(task: Task, command: Command): TaskEvent[] {
  return advance(task, command).events
}

/** The events, and the task with them folded in. */
export function advance(before: Task, command: Command): { readonly events: TaskEvent[]; readonly task: Task } {
  const events = primary(before, command)
  let task = fold(before, events)
  if (events.length === 0) return { events, task }
  for (;;) {
    const next = consequence(task, command.atMs)
    if (!next) return { events, task }
    events.push(next)
    task = evolve(task, next)
  }
}

function primary(task: Task, command: Command): TaskEvent[] {
  if (command.type === 'submit') return task.submitted ? [] : [eventOf('TaskSubmitted', command)]
  if (!task.submitted) throw new EntenteError('TASK_NOT_FOUND', `there is no task ${task.taskId}`)
  switch (command.type) {
    case 'recordSettlement':
      return task.settlement && !task.settled ? [eventOf('TaskSettled', command)] : []
    case 'recordProof':
      return isEnded(task) && !task.proven ? [eventOf('TaskProven', command)] : []
  }
  if (isEnded(task)) return afterTheEnd(task, command)
  switch (command.type) {
    case 'recordFunding':
      return task.funded ? [] : [eventOf('TaskFunded', command)]
    case 'reject':
      return task.plan ? [] : [eventOf('TaskRejected', command)]
    case 'screen':
      return screened(task, command)
    case 'plan':
      return task.screened && !task.plan ? [eventOf('TaskPlanned', command)] : []
    case 'answerApproval':
      return answer(task, command)
    case 'signal':
      return receiveSignal(task, command)
    case 'cancel':
      return cancel(task, command)
    case 'pause':
    case 'resume':
      return pauseOrResume(task, command)
    default:
      return work(task, command)
  }
}

/** What concerns subtasks under way: the same for the work of a task and for what takes it back. */
function work(task: Task, command: Command): TaskEvent[] {
  switch (command.type) {
    case 'assign':
      return assign(task, command)
    case 'receive':
      return receive(task, command)
    case 'passTime':
      return passTime(task, command.atMs)
    case 'missHeartbeat':
      return missHeartbeat(task, command)
    default:
      return []
  }
}

/** Late answers and repeated time-outs are normal; a person who asks is told. */
function afterTheEnd(task: Task, command: Command): TaskEvent[] {
  const { type } = command
  if (
    type === 'answerApproval' ||
    type === 'signal' ||
    type === 'pause' ||
    type === 'resume' ||
    (type === 'cancel' && !isWithdrawal(command.by))
  ) {
    throw new EntenteError('TASK_CLOSED', `the task is ${task.state}`)
  }
  return openCompensation(task) ? work(task, command) : []
}

function screened(task: Task, command: Extract<Command, { type: 'screen' }>): TaskEvent[] {
  if (task.screened || !task.funded) return []
  const event = eventOf('TaskScreened', command)
  if (command.decision === 'permit') return [event]
  const rejected = { atMs: command.atMs, code: 'UNAUTHORIZED', reason: command.reasons.join('; ') }
  return [event, { type: 'TaskRejected', ...rejected }]
}

function assign(task: Task, command: Extract<Command, { type: 'assign' }>): TaskEvent[] {
  const subtask = readySubtasks(task).find(({ id }) => id === command.subtaskId)
  const progress = task.subtasks.get(command.subtaskId)
  if (!subtask || !progress || command.attempt !== progress.attempts + 1) return []
  const { atMs, subtaskId, attempt, skill, outputSchema, chosen, passedOver } = command
  if (isOutOfTime(subtask, progress, atMs)) {
    return [{ type: 'SubtaskFailed', atMs, subtaskId, reason: 'no time is left for another attempt' }]
  }
  if (spentOn(task) + attemptCost(task, chosen) > BigInt(task.submitted!.budget)) {
    return [{ type: 'SubtaskFailed', atMs, subtaskId, reason: 'another attempt would exceed the budget' }]
  }
  const undone = undoneBy(task, subtaskId)
  const item = itemScope(task, undone?.id ?? subtaskId)
  const mapped = evaluate(subtask.input, scopeOf(task, undone ? { ...item, output: undone.output } : item))
  if (!mapped) {
    return [{ type: 'SubtaskFailed', atMs, subtaskId, reason: 'its input expression fails on what came before' }]
  }
  const input = mapped.value
  const answer = subtask.replicas > 1 ? 'commit' : 'result'
  const deadlineMs = Math.min(atMs + subtask.deadlineMs, totalDeadlineMs(subtask, progress))
  const inputHash = contentHash(input)
  const beat = subtask.heartbeatMs === undefined ? {} : { heartbeatMs: subtask.heartbeatMs }
  const assigned = { subtaskId, attempt, skill, input, inputHash, outputSchema, answer, deadlineMs, chosen, passedOver }
  return [{ type: 'SubtaskAssigned', atMs, ...assigned, ...beat } as TaskEvent]
}

function spentOn(task: Task): bigint {
  const ended = isEnded(task)
  // Of an ended task only what was completed is paid.
  const held = [...task.subtasks.values()].filter(({ phase }) =>
    ended ? phase === 'completed' : phase !== 'waiting' && phase !== 'failed',
  )
  return held.reduce((sum, { assigned }) => sum + (assigned ? attemptCost(task, assigned.chosen) : 0n), 0n)
}

function attemptCost(task: Task, chosen: readonly { readonly price: string }[]): bigint {
  return costOf(
    chosen.map(({ price }) => price),
    task.submitted!.terms,
  )
}

function answer(task: Task, command: Extract<Command, { type: 'answerApproval' }>): TaskEvent[] {
  const progress = task.subtasks.get(command.subtaskId)
  if (progress?.phase !== 'approving' || progress.approval?.contentHash !== command.contentHash) {
    throw new EntenteError(
      'APPROVAL_NOT_OPEN',
      `no approval of ${command.contentHash} is open for ${command.subtaskId}`,
    )
  }
  return [eventOf('ApprovalAnswered', command)]
}

function eventOf<T extends TaskEvent['type']>(
  type: T,
  { type: _, ...rest }: { type: string; atMs: number },
): TaskEvent {
  return { ...rest, type } as unknown as TaskEvent
}
