import { contentHash, type Json } from '../../protocol/canonical.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { TaskEvent, TaskEventOf } from '../../protocol/events.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { Address } from '../../protocol/ids.ts'
import { answerQuestion } from './ask.ts'
import { isForBatch, settlesByBatch } from './by-batch.ts'
import { cancel, isWithdrawal } from './cancel.ts'
import { openCompensation } from './compensate.ts'
import { consequence } from './consequences.ts'
import { evolve, fold } from './evolve.ts'
import { receive } from './execute.ts'
import { passTime } from './expire.ts'
import { type Fit, recordFit, unfitField } from './fit.ts'
import { goldDue, type OpenGold, openGold } from './gold.ts'
import { isReplicated, mayAdd } from './grow.ts'
import { type MissHeartbeat, missHeartbeat } from './heartbeat.ts'
import { needsField } from './needs.ts'
import { pauseOrResume } from './pause.ts'
import { type Clearance, clear } from './policy/clear.ts'
import { masksFor } from './policy/cleared.ts'
import { inputOf } from './policy/mask.ts'
import { type Preemption, preempt } from './preempt.ts'
import { costOf, goldHeldBy, heldBy } from './price.ts'
import { readySubtasks } from './ready.ts'
import { type ReplanByModel, refuseReplan, replanByModel } from './replan/seek.ts'
import { isOutOfTime, totalDeadlineMs } from './retry.ts'
import { answerKeys } from './seal/answer-keys.ts'
import { type AskKeys, askKeys } from './seal/ask-keys.ts'
import { isEnded, type Task } from './state.ts'
import { receiveSignal } from './wait.ts'

type Bare<T extends TaskEvent['type']> = Omit<TaskEventOf<T>, 'type' | 'atMs'>

/** What somebody, or the world outside, asks of a task. `atMs` is when; the rules have no clock of their own. */
export type Command = { readonly atMs: number } & (
  | ({ readonly type: 'submit' } & Bare<'TaskSubmitted'>)
  | ({ readonly type: 'recordFunding' } & Bare<'TaskFunded'>)
  | ({ readonly type: 'recordCover' } & Bare<'BudgetCovered'>)
  | ({ readonly type: 'reject' } & Bare<'TaskRejected'>)
  | ({ readonly type: 'screen' } & Bare<'TaskScreened'>)
  | ({ readonly type: 'plan' } & Bare<'TaskPlanned'>)
  | ({ readonly type: 'replan' } & ReplanByModel)
  | ({ readonly type: 'refuseReplan' } & Bare<'ReplanRefused'>)
  | ({ readonly type: 'clear' } & Clearance)
  | ({ readonly type: 'fit' } & Fit)
  | ({ readonly type: 'assign' } & Assign)
  | ({ readonly type: 'openGold' } & OpenGold)
  | ({ readonly type: 'askKeys' } & AskKeys)
  | { readonly type: 'answerKeys'; readonly agentId: string; readonly answer: Bare<'KeysAnswered'>['answer'] }
  | { readonly type: 'receive'; readonly agentId: string; readonly answer: Bare<'ResultReceived'>['answer'] }
  | { readonly type: 'passTime' }
  | ({ readonly type: 'missHeartbeat' } & MissHeartbeat)
  | ({ readonly type: 'preempt' } & Preemption)
  | ({ readonly type: 'answerApproval' } & Bare<'ApprovalAnswered'>)
  | ({ readonly type: 'answerQuestion' } & Bare<'QuestionAnswered'>)
  | ({ readonly type: 'signal' } & Omit<Bare<'SignalReceived'>, 'subtaskId'>)
  | ({ readonly type: 'cancel' } & Bare<'TaskCanceled'>)
  | ({ readonly type: 'pause' } & Bare<'TaskPaused'>)
  | ({ readonly type: 'resume' } & Bare<'TaskResumed'>)
  | ({ readonly type: 'recordBatch' } & Bare<'TaskBatched'>)
  | ({ readonly type: 'recordFall' } & Bare<'BatchFell'>)
  | ({ readonly type: 'recordSettlement' } & Bare<'TaskSettled'>)
  | ({ readonly type: 'recordProof' } & Bare<'TaskProven'>)
)

type Assign = Pick<
  Bare<'SubtaskAssigned'>,
  'subtaskId' | 'attempt' | 'skill' | 'outputSchema' | 'chosen' | 'passedOver' | 'unlisted' | 'learned'
> & {
  /** The gold question that is due, with its input as far as somebody has that. */
  readonly gold?: { readonly question: Hex; readonly input?: Json }
}

/**
 * Task and command in, events out: those that the command brings about, then all that follows from them by rule.
 *
 * What holds whatever is asked, in whatever order, however often:
 *  1. An answer counts for the open attempt, of an agent that it was given to and that was not given up, in its turn, once.
 *  2. Work is given out when all that it waits for has ended, while attempts, places and budget last, and not while the
 *     task is paused.
 *  3. A task ends once. Then what was done is taken back, the task is settled if it was funded, then proven; nothing else
 *     happens to it, and how it ended never changes.
 *  4. It is settled once: in the batch that it is in, or singly, as its order and its end have it; of batches it is in one at
 *     a time. Payments, fee and refund are none below zero and together the budget; paid are agents whose
 *     results stand, once each, and together no more than they asked.
 *  5. What has happened stays as it was: events come after it, and no value is changed in place.
 *  6. Until it has ended, and while a settlement is due, `nextDeadlineMs` says when time next matters.
 *  7. Time alone ends every task, and brings the settlement of what was funded.
 *  8. The task is the fold of its events, also of events that were written down and read again.
 *  9. The same command again brings about nothing, nor does a signature that has counted.
 * 10. Nothing is left open that follows by rule.
 * 11. What is in order takes effect. Of machines, what is late or out of order brings about nothing; a person is refused
 *     by an EntenteError.
 * 12. The events alone tell when time next matters.
 * 13. Of work that may begin, and of no other, it is said once a wait that it waits too long.
 * 14. Once a policy set was asked, work goes only to domains that its last word on that subtask lets have it, with masked what
 *     must be, and not before those have approved who must.
 * 15. What agents have committed is released with what it was committed to; an attempt is broken off for an emergency where
 *     its plan lets it be, and then counts for nothing.
 * 16. The rest of a plan is replaced no more often than its order lets it be: what was done stays done, no id is used again,
 *     the new plan has no cycle, and budget and deadline are what they were.
 * 17. The makers of what is sealed in the input of an attempt are asked for their keys once, and their answers count once, in
 *     the first half of its time. Where keys are missing at its end no agent is at fault that could not begin.
 * 18. A verifier who replays the events with these rules finds each as it had to be.
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
    case 'recordBatch':
      return mayBeBatched(task) ? [eventOf('TaskBatched', command)] : []
    case 'recordFall':
      return !task.settled && task.batch?.batch === command.batch ? [eventOf('BatchFell', command)] : []
    case 'recordSettlement':
      return mayBeSettled(task) ? [eventOf('TaskSettled', command)] : []
    case 'recordProof':
      return mayBeProven(task) ? [eventOf('TaskProven', command)] : []
  }
  if (isEnded(task)) return afterTheEnd(task, command)
  switch (command.type) {
    case 'recordFunding':
      return task.funded || settlesByBatch(task.submitted) ? [] : [eventOf('TaskFunded', command)]
    case 'recordCover':
      return task.funded || !settlesByBatch(task.submitted) ? [] : [eventOf('BudgetCovered', command)]
    case 'reject':
      return task.plan ? [] : [eventOf('TaskRejected', command)]
    case 'screen':
      return screened(task, command)
    case 'plan':
      return task.screened && !task.plan ? [eventOf('TaskPlanned', command)] : []
    case 'replan':
      return replanByModel(task, command)
    case 'refuseReplan':
      return refuseReplan(task, command)
    case 'answerApproval':
      return answer(task, command)
    case 'answerQuestion':
      return answerQuestion(task, command)
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

function mayBeBatched(task: Task): boolean {
  return task.settlement !== null && !task.settled && !task.batch && isForBatch(task)
}

/** What belongs in a batch is settled with one. */
function mayBeSettled(task: Task): boolean {
  return task.settlement !== null && !task.settled && (task.batch !== null || !isForBatch(task))
}

/** The proof is over all that happened: what was funded is settled first. */
function mayBeProven(task: Task): boolean {
  return isEnded(task) && !task.proven && (task.settled || !task.funded)
}

/** What concerns subtasks under way: the same for the work of a task and for what takes it back. */
function work(task: Task, command: Command): TaskEvent[] {
  switch (command.type) {
    case 'clear': {
      const { type: _, atMs, ...clearance } = command
      return clear(task, atMs, clearance)
    }
    case 'fit': {
      const { type: _, atMs, ...found } = command
      return recordFit(task, atMs, found)
    }
    case 'assign':
      return assign(task, command)
    case 'openGold':
      return openGold(task, command)
    case 'askKeys':
      return askKeys(task, command)
    case 'answerKeys':
      return answerKeys(task, command)
    case 'receive':
      return receive(task, command)
    case 'passTime':
      return passTime(task, command.atMs)
    case 'missHeartbeat':
      return missHeartbeat(task, command)
    case 'preempt':
      return preempt(task, command)
    default:
      return []
  }
}

/** Late answers and repeated time-outs are normal; a person who asks is told. */
function afterTheEnd(task: Task, command: Command): TaskEvent[] {
  const { type } = command
  if (
    type === 'answerApproval' ||
    type === 'answerQuestion' ||
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
  const { atMs, subtaskId, attempt, skill, outputSchema, chosen, passedOver, unlisted, gold, learned } = command
  if ((gold?.question ?? null) !== goldDue(task, subtask)) return []
  const masks = masksFor(
    task,
    progress,
    chosen.map(({ domainId }) => domainId),
  )
  const { unfit = {} } = unfitField(progress)
  if (!masks || chosen.some(({ agentId }) => unfit[agentId] !== undefined)) return []
  const isGrowing = progress.phase === 'growing'
  const choice = { chosen, passedOver, ...(unlisted === undefined ? {} : { unlisted }) }
  const ended = (reason: string): TaskEvent[] => [
    { type: 'ReplicasEnded', atMs, subtaskId, attempt: progress.attempts, reason, choice },
  ]
  if (isGrowing && !mayAdd(progress, chosen)) return []
  if (isGrowing && chosen.length === 0) return ended('nobody else can be asked')
  if (!isGrowing && isOutOfTime(subtask, progress, atMs)) {
    return [{ type: 'SubtaskFailed', atMs, subtaskId, reason: 'no time is left for another attempt' }]
  }
  const { terms, budget } = task.submitted!
  if (heldIn(task) + costOf(chosen, terms) > BigInt(budget)) {
    if (isGrowing) return ended('another replica would exceed the budget')
    return [{ type: 'SubtaskFailed', atMs, subtaskId, reason: 'another attempt would exceed the budget' }]
  }
  const mapped = inputOf(task, subtaskId, subtask.input, masks)
  if (!mapped) {
    return [{ type: 'SubtaskFailed', atMs, subtaskId, reason: 'its input expression fails on what came before' }]
  }
  // More may have ended since the others were given theirs; and to another domain less may go.
  const usual = isGrowing && !task.policed ? progress.assigned!.input : mapped.value
  const input = gold?.input === undefined ? usual : gold.input
  if (isGrowing && contentHash(input) !== progress.assigned!.inputHash) return ended('it would be given other data')
  const answer = isReplicated(subtask) ? 'commit' : 'result'
  const deadlineMs = Math.min(atMs + subtask.deadlineMs, totalDeadlineMs(subtask, progress))
  const inputHash = contentHash(input)
  const more = {
    ...(subtask.heartbeatMs === undefined ? {} : { heartbeatMs: subtask.heartbeatMs }),
    ...needsField(task, subtask),
    ...(gold ? { gold: { question: gold.question, ...(gold.input === undefined ? { missing: true } : {}) } } : {}),
    ...(learned && learned.length > 0 ? { learned } : {}),
    ...(unlisted === undefined ? {} : { unlisted }),
  }
  const assigned = { subtaskId, attempt, skill, input, inputHash, outputSchema, answer, deadlineMs, chosen, passedOver }
  return [{ type: 'SubtaskAssigned', atMs, ...assigned, ...more } as TaskEvent]
}

/** What is held of the budget. Of an ended task only what was completed is paid. */
function heldIn(task: Task): bigint {
  if (!isEnded(task)) return task.overview.held
  const { terms } = task.submitted!
  return task.subtasks
    .valueSeq()
    .reduce((sum, each) => sum + (each.phase === 'completed' ? heldBy(each, terms) : goldHeldBy(each, terms)), 0n)
}

function answer(task: Task, command: Extract<Command, { type: 'answerApproval' }>): TaskEvent[] {
  const progress = task.subtasks.get(command.subtaskId)
  if (progress?.phase !== 'approving' || progress.approval?.contentHash !== command.contentHash) {
    throw new EntenteError(
      'APPROVAL_NOT_OPEN',
      `no approval of ${command.contentHash} is open for ${command.subtaskId}`,
    )
  }
  const { flow } = progress.approval
  if (!mayApprove(task, progress.approval, command.by!.approver)) {
    throw new EntenteError('APPROVER_UNKNOWN', `${command.by!.approver} is not one who may approve of this`)
  }
  const { type: _, flow: __, ...answered } = command
  return [{ type: 'ApprovalAnswered', ...answered, ...(flow ? { flow: flow.role } : {}) }]
}

/** Of a flow, whom the policy set names for the role; else whom the task's order names. */
function mayApprove(task: Task, { flow }: TaskEventOf<'ApprovalRequested'>, approver: Address): boolean {
  return (flow?.from ?? task.submitted!.spec.policy.approvers).includes(approver)
}

function eventOf<T extends TaskEvent['type']>(
  type: T,
  { type: _, ...rest }: { type: string; atMs: number },
): TaskEvent {
  return { ...rest, type } as unknown as TaskEvent
}
