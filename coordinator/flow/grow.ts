import type { Choice } from '../../protocol/assignment.ts'
import type { TaskEvent, TaskEventOf } from '../../protocol/events.ts'
import type { Subtask } from '../../protocol/plan.ts'
import type { Verdict } from '../../protocol/verdict.ts'
import { type SubtaskProgress, ungrown } from './progress.ts'
import { totalDeadlineMs } from './retry.ts'

/**
 * Replicas are added one at a time until enough agree, or no more may be asked (sequential sampling: A. Wald, Sequential
 * Tests of Statistical Hypotheses, 1945). Each that is added is an attempt of its own, of one agent of another domain, which
 * commits and then reveals; what was committed and revealed before stays, and the verdict is over all. An added replica is
 * sent what the others were, and nothing of their answers: these are in the log, which no agent reads.
 */
export function moreWanted(
  subtask: Subtask,
  progress: SubtaskProgress,
  lacks: TaskEventOf<'ReplicaWanted'>['lacks'],
  atMs: number,
): TaskEvent | null {
  if (!mayGrow(subtask, progress)) return null
  const { id: subtaskId, attempts: attempt } = progress
  const deadlineMs = Math.min(atMs + subtask.deadlineMs, totalDeadlineMs(subtask, progress))
  return { type: 'ReplicaWanted', atMs, subtaskId, attempt, lacks, deadlineMs }
}

function mayGrow({ grow }: Subtask, progress: SubtaskProgress): boolean {
  return grow !== undefined && !progress.growth.ended && chosenOf(progress).length < grow.most
}

/** Whether so many agree that no more need be asked. */
export function suffices({ grow }: Subtask, { outcome, confidence }: Verdict): boolean {
  return outcome === 'agreed' && confidence >= (grow?.until ?? 0)
}

/** All who were asked the same, by the open attempt and those that it adds to. */
export function chosenOf({ growth, assigned }: Pick<SubtaskProgress, 'growth' | 'assigned'>): readonly Choice[] {
  const last = growth.ended ? [] : (assigned?.chosen ?? [])
  return growth.before.length === 0 ? last : [...growth.before, ...last]
}

/** The first of the attempts whose answers are awaited: what others have added to is still open. */
export function firstOpen({ growth, attempts }: SubtaskProgress): number {
  return growth.before.length === 0 ? attempts : growth.since
}

/** Told where it is not the open attempt itself. */
export function sinceOf(progress: SubtaskProgress): { readonly since?: number } {
  const since = firstOpen(progress)
  return since === progress.attempts ? {} : { since }
}

/** The attempt in which an agent was asked, of those that are open. */
export function attemptOf(progress: SubtaskProgress, agentId: string): number {
  let attempt = progress.attempts
  while (attempt > firstOpen(progress) && !progress.asked.get(attempt)?.includes(agentId)) attempt--
  return attempt
}

/** Agents commit before any of them reveals wherever several may be asked. */
export function isReplicated({ replicas, grow }: Pick<Subtask, 'replicas' | 'grow'>): boolean {
  return mostReplicas({ replicas, grow }) > 1
}

/** How many agents may be asked the same in all. */
export function mostReplicas({ replicas, grow }: Pick<Subtask, 'replicas' | 'grow'>): number {
  return Math.max(replicas, grow?.most ?? 0)
}

/** One at a time, each of a domain that was not asked yet. */
export function mayAdd(progress: SubtaskProgress, chosen: readonly Choice[]): boolean {
  const domains = chosenOf(progress).map(({ domainId }) => domainId)
  return chosen.length <= 1 && chosen.every(({ domainId }) => !domains.includes(domainId))
}

export function wanting(subtask: SubtaskProgress, { deadlineMs }: TaskEventOf<'ReplicaWanted'>): SubtaskProgress {
  const from = subtask.phase === 'revealing' || subtask.results.size > 0 ? 'revealing' : 'executing'
  return { ...subtask, phase: 'growing', phaseDeadlineMs: deadlineMs, growth: { ...subtask.growth, from } }
}

/** Back to where one more was wanted, which now ends with what there is. */
export function endGrowth(subtask: SubtaskProgress): SubtaskProgress {
  const { growth } = subtask
  return {
    ...subtask,
    phase: growth.from ?? 'revealing',
    // The number is used up: what was to be given under it is not given to another attempt.
    attempts: subtask.attempts + 1,
    phaseDeadlineMs: Number.POSITIVE_INFINITY,
    warned: false,
    growth: { ...growth, before: chosenOf(subtask), added: growth.added + 1, ended: true, from: null },
  }
}

/** What an attempt keeps of the one before: all, where it adds a replica to it; else only how many were added so far. */
export function grown(subtask: SubtaskProgress): Partial<SubtaskProgress> {
  const { growth, commitments, results, failures, expired } = subtask
  if (subtask.phase !== 'growing') return { growth: { ...ungrown, since: subtask.attempts + 1, added: growth.added } }
  const before = chosenOf(subtask)
  return {
    growth: { ...growth, before, added: growth.added + 1, from: null },
    ...{ commitments, results, failures, expired },
  }
}

/** Of replicas before, who committed and let the time to reveal pass. */
export function unrevealedIn({ expired, commitments }: SubtaskProgress): ReadonlySet<string> {
  return new Set([...expired].filter(agentId => commitments.has(agentId)))
}
