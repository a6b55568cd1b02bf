import type { TaskEvent, TaskEventOf } from '../../protocol/events.ts'
import type { Subtask } from '../../protocol/plan.ts'
import { silenceOn } from './ask.ts'
import { findSubtask, openCompensation } from './compensate.ts'
import { isAnswered } from './gold-attempt.ts'
import { sinceOf } from './grow.ts'
import { judgedInVain } from './judge/judge.ts'
import type { SubtaskProgress } from './progress.ts'
import { soughtInVain, soughtUntilMs } from './replan/seek.ts'
import { totalDeadlineMs } from './retry.ts'
import { silentIn } from './silent.ts'
import { nextWarningMs, warnings } from './starve.ts'
import { isEnded, type Task } from './state.ts'

/** Every deadline that has passed, said. Nothing waits for ever: silence is an answer. */
export function passTime(task: Task, atMs: number): TaskEvent[] {
  const said = warnings(task, atMs)
  // Said even when nobody was there to say it in time: what ends without an alert was not starved.
  if (!isEnded(task) && task.submitted!.deadlineMs <= atMs)
    return [...said, { type: 'TaskFailed', atMs, reason: 'its deadline passed' }]
  const inVain = isEnded(task) ? [] : soughtInVain(task, atMs)
  const due = underWay(task).filter(progress => deadlineMs(task, progress) <= atMs)
  if (due.length === 0) return [...said, ...inVain]
  // What a deadline brings about may end the other waits that would be warned of.
  const late = said.filter(event => due.some(({ id }) => 'subtaskId' in event && event.subtaskId === id))
  return [...late, ...inVain, ...due.map(progress => expire(task, progress, atMs))]
}

function expire(task: Task, progress: SubtaskProgress, atMs: number): TaskEvent {
  const { id: subtaskId, attempts: attempt, phase, approval } = progress
  if (phase === 'waiting') return afterWaiting(task, progress, atMs)
  if (phase === 'growing')
    return { type: 'ReplicasEnded', atMs, subtaskId, attempt, reason: 'nobody else was free in time' }
  if (phase === 'judging') return judgedInVain(progress, atMs)
  if (isAnswered(progress)) return { type: 'GoldOpened', atMs, subtaskId, attempt, question: null, wrong: [] }
  if (phase === 'approving') {
    const { contentHash, flow } = approval!
    const granted = !flow && task.submitted!.spec.policy.onSilence === 'grant'
    const as = flow ? { flow: flow.role } : {}
    return { type: 'ApprovalAnswered', atMs, subtaskId, contentHash, granted, ...as, by: null }
  }
  if (phase === 'awaiting') return { type: 'WaitElapsed', atMs, subtaskId }
  if (phase === 'asking') return silenceOn(progress, atMs)
  return expiryOf(progress, phaseName(progress), atMs)
}

/** That nothing more is awaited of those who are silent. */
export function expiryOf(
  progress: SubtaskProgress,
  phase: TaskEventOf<'AttemptExpired'>['phase'],
  atMs: number,
): TaskEventOf<'AttemptExpired'> {
  const { id: subtaskId, attempts: attempt } = progress
  const silent = silentIn(progress)
  return { type: 'AttemptExpired', atMs, subtaskId, attempt, ...sinceOf(progress), silent, phase }
}

/** Subtasks of which something may follow: of an ended task, what is being taken back. */
export function underWay(task: Task): SubtaskProgress[] {
  if (!isEnded(task)) return task.overview.live.map(({ progress }) => progress)
  const open = openCompensation(task)
  return open ? [open] : []
}

/** The word of agents is awaited. */
export function isAwaited({ phase }: SubtaskProgress): boolean {
  return phase === 'executing' || phase === 'revealing'
}

/** Another attempt may begin, unless the time for all of them is over. */
function afterWaiting(task: Task, progress: SubtaskProgress, atMs: number): TaskEvent {
  const { id: subtaskId, attempts: attempt } = progress
  return totalDeadlineMs(subtaskOf(task, subtaskId), progress) <= atMs
    ? { type: 'SubtaskFailed', atMs, subtaskId, reason: `its time in all passed after ${attempt} attempts` }
    : { type: 'RetryDue', atMs, subtaskId, attempt }
}

/** Deadlines of attempts are within the time in all already; a subtask that waits for one has that time alone. */
function deadlineMs(task: Task, progress: SubtaskProgress): number {
  if (progress.phase !== 'waiting' || progress.begunAtMs === null) return progress.phaseDeadlineMs
  return Math.min(progress.phaseDeadlineMs, totalDeadlineMs(subtaskOf(task, progress.id), progress))
}

function subtaskOf({ plan }: Task, subtaskId: string): Subtask {
  return findSubtask(plan, subtaskId)!
}

function phaseName({ phase, assigned }: SubtaskProgress): 'execute' | 'commit' | 'reveal' {
  if (phase === 'revealing') return 'reveal'
  return assigned!.answer === 'commit' ? 'commit' : 'execute'
}

/** When time next matters to this task, or null when it does not. */
export function nextDeadlineMs(task: Task): number | null {
  if (!task.submitted) return null
  const phases = underWay(task).map(progress => deadlineMs(task, progress))
  const warnMs = nextWarningMs(task)
  if (!isEnded(task)) return Math.min(task.submitted.deadlineMs, warnMs, soughtUntilMs(task), ...phases)
  const nextMs = Math.min(warnMs, ...phases)
  return Number.isFinite(nextMs) ? nextMs : null
}
