import { contentHash } from '../../../protocol/canonical.ts'
import type { TaskEvent, TaskEventOf } from '../../../protocol/events.ts'
import type { JudgingRecord } from '../../../protocol/judging.ts'
import type { Subtask } from '../../../protocol/plan.ts'
import { findSubtask } from '../compensate.ts'
import { sinceOf } from '../grow.ts'
import type { SubtaskProgress } from '../progress.ts'
import { totalDeadlineMs } from '../retry.ts'
import type { Task } from '../state.ts'
import { choicesIn, hashOfQuestion } from './judge-talk.ts'
import { leftToJudge } from './question.ts'

const inVain = 'none came in time'

/**
 * A judge is asked where the plan says so, once all is revealed, no more replicas are asked, and the rules brought no agreement.
 * Data go nowhere that a policy set did not let them, and it has no word on models: where one was asked no judge is.
 */
export function judgeAsked(task: Task, subtask: Subtask, progress: SubtaskProgress, atMs: number): TaskEvent | null {
  const left = task.policed ? null : leftToJudge(subtask, progress)
  if (!left) return null
  const { question } = left
  return {
    type: 'JudgeAsked',
    atMs,
    ...attemptOf(progress),
    question: hashOfQuestion(question),
    answers: question.answers.map(({ hash }) => hash),
    deadlineMs: Math.min(atMs + question.rule.deadlineMs, totalDeadlineMs(subtask, progress)),
  }
}

interface OfAttempt {
  readonly atMs: number
  readonly subtaskId: string
  readonly attempt: number
}

/** What a model answered counts while it is awaited, where its record is of the very question. */
export function answerJudge(task: Task, command: OfAttempt & { readonly record: JudgingRecord }): TaskEvent[] {
  const { atMs, record } = command
  const progress = awaiting(task, command)
  const left = progress && leftToJudge(findSubtask(task.plan, progress.id)!, progress)
  const choices = left && choicesIn(record, left.question)
  if (!choices) return []
  const [first, second] = choices
  const judging = contentHash(record)
  return [
    {
      type: 'JudgeAnswered',
      atMs,
      ...attemptOf(progress!),
      model: record.model,
      judging,
      choices: [first.chosen, second.chosen],
      reasons: [first.reasons, second.reasons],
      // Who sees another answer as the best when the order is another sees the order.
      chosen: first.chosen === second.chosen ? first.chosen : null,
    },
  ]
}

export function giveUpJudge(task: Task, command: OfAttempt & { readonly reason: string }): TaskEvent[] {
  const { atMs, reason } = command
  const progress = awaiting(task, command)
  return progress ? [{ type: 'JudgeGivenUp', atMs, ...attemptOf(progress), reason }] : []
}

/** No answer came in time. */
export function judgedInVain(progress: SubtaskProgress, atMs: number): TaskEvent {
  return { type: 'JudgeGivenUp', atMs, ...attemptOf(progress), reason: inVain }
}

/** Whether it was time that gave it up. */
export function isJudgedInVain(task: Task, { atMs, subtaskId, reason }: TaskEventOf<'JudgeGivenUp'>): boolean {
  const { phaseDeadlineMs = atMs + 1 } = task.subtasks.get(subtaskId) ?? {}
  return phaseDeadlineMs <= atMs && reason === inVain
}

/** The subtask, while the judge's word on this attempt is awaited. */
function awaiting({ subtasks }: Task, { subtaskId, attempt, atMs }: OfAttempt): SubtaskProgress | null {
  const progress = subtasks.get(subtaskId)
  if (progress?.phase !== 'judging' || progress.attempts !== attempt) return null
  return atMs < progress.phaseDeadlineMs ? progress : null
}

function attemptOf(progress: SubtaskProgress) {
  return { subtaskId: progress.id, attempt: progress.attempts, ...sinceOf(progress) }
}
