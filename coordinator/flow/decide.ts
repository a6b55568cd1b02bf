import { asRead } from '../../protocol/canonical.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import { answerApproval } from './approve.ts'
import { answerQuestion } from './ask.ts'
import { isForBatch, settlesByBatch } from './by-batch.ts'
import { cancel, isWithdrawal } from './cancel.ts'
import type { Command, CommandOf } from './command.ts'
import { openCompensation } from './compensate.ts'
import { consequence } from './consequences.ts'
import { evolve, fold } from './evolve.ts'
import { excuse } from './excuse.ts'
import { receive } from './execute.ts'
import { passTime } from './expire.ts'
import { recordFit } from './fit.ts'
import { giveOut } from './give-out.ts'
import { openGold } from './gold.ts'
import { missHeartbeat } from './heartbeat.ts'
import { answerJudge, giveUpJudge } from './judge/judge.ts'
import { inOneMessage } from './one-message.ts'
import { pauseOrResume } from './pause.ts'
import { clear } from './policy/clear.ts'
import { preempt } from './preempt.ts'
import { refuseReplan, replanByModel } from './replan/seek.ts'
import { answerKeys } from './seal/answer-keys.ts'
import { askKeys } from './seal/ask-keys.ts'
import { isEnded, type Task } from './state.ts'
import { receiveSignal } from './wait.ts'

/**
 * Task and command in, events out: those that the command brings about, then all that follows from them by rule.
 *
 * What holds whatever is asked, in whatever order, however often:
 *  1. An answer counts for the open attempt, of an agent that it was given to and that was not given up, in its turn, once.
 *  2. Work is given out when all that it waits for has ended, while attempts, places and budget last, and not while the
 *     task is paused.
 *  3. A task ends once. Then what was done is taken back, the task is settled if it was funded, though that be told only then,
 *     then proven; nothing else happens to it, and how it ended never changes.
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
 * 18. A judge is asked where the plan says so, when all is revealed and the rules bring no agreement; what it chooses stands where it
 *     chose the same in both orders, and is one of the answers that were revealed.
 * 19. A verifier who replays the events with these rules finds each as it had to be.
 * 20. What is made of other values is written only where one message has room for it, with all that it follows from; otherwise
 *     what made it fails.
 * 21. Silence is a fault only of agents that had the time which the plan gives, and are not excused: by a command for it alone, and when
 *     that time is over. An attempt with such agents counts for nothing, of each subtask three times.
 */
export function decide(task: Task, command: Command): TaskEvent[] {
  return advance(task, command).events
}

export interface Advanced {
  readonly events: TaskEvent[]
  /** With the events folded in. */
  readonly task: Task
}

export function advance(before: Task, command: Command): Advanced {
  const events = primary(before, command).map(asRead)
  const task = fold(before, events)
  return events.length === 0 ? { events, task } : followed(task, events, command.atMs)
}

/** What has been brought about, and all that follows from it by rule. */
export function followed(before: Task, brought: readonly TaskEvent[], atMs: number): Advanced {
  const events = [...brought]
  let task = before
  for (;;) {
    const next = consequence(task, atMs)
    if (!next) return { events, task }
    const event = asRead(inOneMessage(task, events, next))
    events.push(event)
    task = evolve(task, event)
  }
}

function primary(task: Task, command: Command): TaskEvent[] {
  if (command.type === 'submit') return task.submitted ? [] : [eventOf('TaskSubmitted', command)]
  if (!task.submitted) throw new EntenteError('TASK_NOT_FOUND', `there is no task ${task.taskId}`)
  switch (command.type) {
    case 'recordFunding':
      return mayBeFunded(task) ? [eventOf('TaskFunded', command)] : []
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
    case 'answerJudge':
      return answerJudge(task, command)
    case 'giveUpJudge':
      return giveUpJudge(task, command)
    case 'answerApproval':
      return answerApproval(task, command)
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

/** Also after the end: what the chain was asked for before is reserved all the same, and a settlement gives it back. */
function mayBeFunded(task: Task): boolean {
  return !task.funded && !task.proven && !settlesByBatch(task.submitted!)
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
      return giveOut(task, command)
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
    case 'excuse':
      return excuse(task, command)
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

function screened(task: Task, command: CommandOf<'screen'>): TaskEvent[] {
  if (task.screened || !task.funded) return []
  const event = eventOf('TaskScreened', command)
  if (command.decision === 'permit') return [event]
  const rejected = { atMs: command.atMs, code: 'UNAUTHORIZED', reason: command.reasons.join('; ') }
  return [event, { type: 'TaskRejected', ...rejected }]
}

function eventOf<T extends TaskEvent['type']>(
  type: T,
  { type: _, ...rest }: { type: string; atMs: number },
): TaskEvent {
  return { ...rest, type } as unknown as TaskEvent
}
