import { keccak256 } from '../../protocol/hash.ts'
import type { Subtask } from '../../protocol/plan.ts'
import type { SubtaskProgress } from './progress.ts'
import type { Task } from './state.ts'

/** More attempts than these are not given for nothing. */
export const mostExcused = 3

/**
 * When the next attempt may begin after one that failed now, or null for at once. An agent that fell silent is replaced
 * at once, the first time: there is nothing to wait for. Whatever else failed may be mended by time, so the wait grows
 * with every attempt, and is drawn from a range lest all that failed together come back together. The draw is a hash of
 * task, subtask and attempt: whoever replays the log draws the same.
 */
export function retryAtMs(task: Task, subtask: Subtask, progress: SubtaskProgress, atMs: number): number | null {
  const { expired, failures } = progress
  const attempts = countedAttempts(progress)
  if (!subtask.retry || attempts >= subtask.attempts) return null
  if (attempts <= 1 && expired.size > 0 && failures.size === 0) return null
  const waitMs = waitAfter(subtask.retry, attempts, draw(`${task.taskId}/${subtask.id}/${attempts}/retry`))
  return waitMs === 0 ? null : atMs + waitMs
}

/** By repeated multiplication: powers of fractions are not the same to the last bit on every engine. */
function waitAfter(
  { backoffMs, factor, maxMs, jitter }: NonNullable<Subtask['retry']>,
  attempt: number,
  drawn: number,
) {
  let waitMs = backoffMs
  for (let each = 1; each < attempt && waitMs < maxMs; each++) waitMs *= factor
  return Math.round(Math.min(waitMs, maxMs) * (1 - jitter * drawn))
}

/** A number from 0 to below 1: the first 48 bits of a hash. */
function draw(seed: string): number {
  return Number.parseInt(keccak256(Buffer.from(seed)).slice(2, 14), 16) / 2 ** 48
}

/**
 * Attempts that were made: of one that was broken off for an emergency, or whose agents are excused, nobody can say what would have
 * come, one that added a replica is a part of the one before, and one that asked what is known was not for the subtask.
 */
export function countedAttempts({ attempts, preempted, excused, growth, gold }: SubtaskProgress): number {
  return attempts - preempted - Math.min(excused.length, mostExcused) - growth.added - gold.opened.length
}

/** When all the time that the subtask has, from its first assignment on, is over. */
export function totalDeadlineMs({ totalMs }: Subtask, { begunAtMs }: SubtaskProgress): number {
  return totalMs === undefined || begunAtMs === null ? Number.POSITIVE_INFINITY : begunAtMs + totalMs
}

/** The next attempt, whenever it may begin, would begin when the time in all is over. */
export function isOutOfTime(subtask: Subtask, progress: SubtaskProgress, atMs: number): boolean {
  const totalMs = totalDeadlineMs(subtask, progress)
  const waitsUntilMs = Number.isFinite(progress.phaseDeadlineMs) ? progress.phaseDeadlineMs : atMs
  return Math.max(waitsUntilMs, atMs) >= totalMs
}
