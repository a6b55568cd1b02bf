import { contentHash } from '../../protocol/canonical.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import type { Halt, Subtask } from '../../protocol/plan.ts'
import type { Verdict } from '../../protocol/verdict.ts'
import { agree } from './agree/agree.ts'
import { revealedIn } from './agree/revealed.ts'
import { askingOf } from './ask.ts'
import { findSubtask, nextCompensation, openCompensation } from './compensate.ts'
import { contributionOf } from './contribute.ts'
import { expansionOf, gatheringOf } from './expand.ts'
import { fitGate } from './fit.ts'
import { isGold, revealGold } from './gold-attempt.ts'
import { chosenOf, moreWanted, sinceOf, suffices } from './grow.ts'
import { judgeAsked } from './judge/judge.ts'
import { judgedVerdict, whyUnjudged } from './judge/judged.ts'
import { needsFaultOf } from './needs.ts'
import { isSubtask } from './plan-index.ts'
import { flowGate } from './policy/clear.ts'
import type { SubtaskProgress } from './progress.ts'
import { fallbackDue } from './replan/replan.ts'
import { seekReplan } from './replan/seek.ts'
import { countedAttempts, isOutOfTime, retryAtMs, totalDeadlineMs } from './retry.ts'
import { evaluateIn } from './scope.ts'
import { settlementOf } from './settle.ts'
import { conditionOf } from './skip.ts'
import { isEnded, type Task } from './state.ts'
import { afterWait, waitingOf } from './wait.ts'

/**
 * What follows from what has happened, by rule alone: the next event that nobody needs to decide, or null when the task
 * waits for somebody. A verifier asks the same question of the same history and must get the same event.
 */
export function consequence(task: Task, atMs: number): TaskEvent | null {
  if (isEnded(task)) return afterEnd(task, atMs)
  if (!task.plan) return null
  // First of all: what it replaces is not to begin.
  const otherwise = fallbackDue(task, atMs)
  if (otherwise) return otherwise
  const { live } = task.overview
  for (const { node, progress } of live) {
    const next = isSubtask(node) && ofSubtask(task, node, progress, atMs)
    if (next) return next
  }
  for (const { node, progress } of live) {
    const next = !isSubtask(node) && ofHalt(task, node, progress, atMs)
    if (next) return next
  }
  return ofPlan(task, atMs)
}

/** What was done is taken back before it is settled, one compensation after the other. */
function afterEnd(task: Task, atMs: number): TaskEvent | null {
  const open = openCompensation(task)
  if (open) return ofSubtask(task, findSubtask(task.plan, open.id)!, open, atMs)
  return nextCompensation(task, atMs) ?? settling(task, atMs)
}

function ofHalt(task: Task, halt: Halt, progress: SubtaskProgress, atMs: number): TaskEvent | null {
  const isWait = 'wait' in halt
  if (progress.phase === 'agreed') return (isWait ? afterWait(halt, progress, atMs) : null) ?? completed(progress, atMs)
  return conditionOf(task, halt, atMs) ?? (isWait ? waitingOf(task, halt, atMs) : askingOf(task, halt, atMs))
}

function ofSubtask(task: Task, subtask: Subtask, progress: SubtaskProgress, atMs: number): TaskEvent | null {
  if (isGold(progress)) return revealGold(subtask, progress, atMs)
  switch (progress.phase) {
    case 'executing':
      return progress.assigned!.answer === 'commit'
        ? afterCommits(task, subtask, progress, atMs)
        : afterAnswers(task, subtask, progress, atMs)
    case 'revealing':
      return afterAnswers(task, subtask, progress, atMs)
    case 'judging':
      return afterJudge(task, subtask, progress, atMs)
    case 'growing':
      return flowGate(task, progress, atMs)
    case 'waiting':
      if (hasNoOther(subtask, progress, atMs)) return giveUp(subtask, progress, atMs)
      return (
        conditionOf(task, subtask, atMs) ??
        expansionOf(task, subtask, atMs) ??
        needsFaultOf(task, subtask, atMs) ??
        flowGate(task, progress, atMs) ??
        fitGate(progress, subtask.quorum, atMs)
      )
    case 'expanded':
      return gatheringOf(task, subtask, atMs)
    case 'agreed':
      return approvalOf(task, subtask, progress, atMs) ?? completed(progress, atMs)
    default:
      return null
  }
}

/** All that can be expected have committed: open the reveal, or give the attempt up for want of a quorum. */
function afterCommits(task: Task, subtask: Subtask, progress: SubtaskProgress, atMs: number): TaskEvent | null {
  const { commitments, results, failures, expired, assigned, growth } = progress
  // Of who was asked before one was added nothing more is awaited here.
  const waitingFor = assigned!.chosen.filter(
    ({ agentId }) => !commitments.has(agentId) && !failures.has(agentId) && !expired.has(agentId),
  )
  if (waitingFor.length > 0) return null
  const attempt = attemptOf(progress)
  const isOpen = (agentId: string) => results.has(agentId) || failures.has(agentId) || expired.has(agentId)
  // The one that was added has not committed: there is nothing to reveal.
  const isGrown = results.size > 0 || (growth.before.length > 0 && commitments.size > 0)
  if (isGrown && [...commitments.keys()].every(isOpen)) return afterAnswers(task, subtask, progress, atMs)
  if (commitments.size >= subtask.quorum) {
    const deadlineMs = Math.min(atMs + subtask.deadlineMs, totalDeadlineMs(subtask, progress))
    return { type: 'RevealOpened', atMs, ...attempt, deadlineMs }
  }
  const more = moreWanted(subtask, progress, 'commitments', atMs)
  return more ?? failed(task, subtask, progress, `${commitments.size} of ${subtask.quorum} needed committed`, atMs)
}

function afterAnswers(task: Task, subtask: Subtask, progress: SubtaskProgress, atMs: number): TaskEvent | null {
  const { assigned, results, failures, expired, commitments } = progress
  const asked = chosenOf(progress).map(({ agentId }) => agentId)
  const committed = assigned!.answer === 'commit'
  const expected = committed ? [...commitments.keys()] : asked
  if (expected.some(agentId => !results.has(agentId) && !failures.has(agentId) && !expired.has(agentId))) return null
  if (results.size < subtask.quorum) {
    const more = moreWanted(subtask, progress, 'answers', atMs)
    if (more) return more
    const reasons = [...failures.values()].map(({ reason }) => reason)
    const why = reasons.length > 0 ? reasons.join('; ') : `${results.size} of ${subtask.quorum} needed answered`
    return failed(task, subtask, progress, why, atMs)
  }
  const { verdict, output } = byTheRules(subtask, progress)
  const more = suffices(subtask, verdict) ? null : moreWanted(subtask, progress, 'agreement', atMs)
  if (more) return more
  if (verdict.outcome === 'agreed') return agreed(progress, { verdict, output }, atMs)
  return judgeAsked(task, subtask, progress, atMs) ?? disagreed(task, subtask, progress, verdict, atMs)
}

/** What a judge chose stands; where it chose nothing, or gave no answer, it is as if nobody had been asked. */
function afterJudge(task: Task, subtask: Subtask, progress: SubtaskProgress, atMs: number): TaskEvent | null {
  const { answered, givenUp } = progress.judging!
  if (answered?.chosen) return agreed(progress, judgedVerdict(subtask, progress, answered), atMs)
  if (!answered && givenUp === null) return null
  return disagreed(task, subtask, progress, byTheRules(subtask, progress).verdict, atMs)
}

function byTheRules(subtask: Subtask, progress: SubtaskProgress) {
  const { replicas, schema, asked } = revealedIn(progress, subtask.quorum)
  return agree(replicas, schema, asked)
}

function agreed(progress: SubtaskProgress, made: ReturnType<typeof agree>, atMs: number): TaskEvent {
  return { type: 'SubtaskAgreed', atMs, ...attemptOf(progress), ...sinceOf(progress), ...made }
}

function disagreed(task: Task, subtask: Subtask, progress: SubtaskProgress, verdict: Verdict, atMs: number): TaskEvent {
  const reason = `the replicas do not agree${whyUnjudged(subtask, progress, task.policed)}`
  const attempt = { ...attemptOf(progress), ...sinceOf(progress) }
  const again = againAt(task, subtask, progress, atMs)
  return { type: 'AttemptFailed', atMs, ...attempt, reason, retry: true, verdict, ...again }
}

function failed(task: Task, subtask: Subtask, progress: SubtaskProgress, reason: string, atMs: number): TaskEvent {
  const retry = !isFinal(progress)
  const again = retry ? againAt(task, subtask, progress, atMs) : {}
  return {
    type: 'AttemptFailed',
    atMs,
    ...attemptOf(progress),
    ...sinceOf(progress),
    reason,
    retry,
    verdict: null,
    ...again,
  }
}

function againAt(task: Task, subtask: Subtask, progress: SubtaskProgress, atMs: number): { retryAtMs?: number } {
  const dueMs = retryAtMs(task, subtask, progress, atMs)
  return dueMs === null ? {} : { retryAtMs: dueMs }
}

/** No other attempt can be made: none is left, or no time, or none would help. */
function hasNoOther(subtask: Subtask, progress: SubtaskProgress, atMs: number): boolean {
  return countedAttempts(progress) >= subtask.attempts || isFinal(progress) || isOutOfTime(subtask, progress, atMs)
}

/** Some agent said that no other try can help, and none has answered. */
function isFinal({ failures, results }: SubtaskProgress): boolean {
  return results.size === 0 && failures.size > 0 && [...failures.values()].every(({ retry }) => !retry)
}

function giveUp(subtask: Subtask, progress: SubtaskProgress, atMs: number): TaskEvent {
  const { failures } = progress
  const attempts = countedAttempts(progress)
  const reasons = [...failures.values()].map(({ reason }) => reason).join('; ')
  const late = attempts < subtask.attempts && isOutOfTime(subtask, progress, atMs) ? ', and no time is left' : ''
  const reason = `${attempts} of ${subtask.attempts} attempts failed${late}${reasons ? `: ${reasons}` : ''}`
  return { type: 'SubtaskFailed', atMs, subtaskId: subtask.id, reason }
}

function approvalOf(task: Task, subtask: Subtask, progress: SubtaskProgress, atMs: number): TaskEvent | null {
  const { approval } = subtask
  // A list's items were each approved of.
  if (!approval || subtask.forEach || progress.approval) return null
  const due = evaluateIn(task, approval.when, { output: progress.output })
  // A condition that fails lets nothing through unseen.
  if (due && due.value !== true) return null
  return {
    type: 'ApprovalRequested',
    atMs,
    subtaskId: subtask.id,
    contentHash: progress.verdict!.outputHash!,
    reason: approval.reason,
    deadlineMs: atMs + approval.deadlineMs,
    onSilence: task.submitted!.spec.policy.onSilence,
  }
}

function completed({ id, verdict, output }: SubtaskProgress, atMs: number): TaskEvent {
  return { type: 'SubtaskCompleted', atMs, subtaskId: id, outputHash: verdict?.outputHash ?? contentHash(output) }
}

function ofPlan(task: Task, atMs: number): TaskEvent | null {
  const { live } = task.overview
  const broken = live.find(({ progress }) => progress.phase === 'failed')?.progress
  if (broken) return ofBroken(task, `subtask ${broken.id} ${broken.approval ? 'was not approved' : 'failed'}`, atMs)
  if (live.length > 0) return null
  const output = evaluateIn(task, task.plan!.output)
  if (!output) return { type: 'TaskFailed', atMs, reason: 'its output expression fails on these outputs' }
  return { type: 'TaskCompleted', atMs, output: output.value, outputHash: contentHash(output.value) }
}

/** Another plan is sought where that is allowed; otherwise the task fails with it. */
function ofBroken(task: Task, reason: string, atMs: number): TaskEvent | null {
  const { sought, refused } = task.replanning
  if (sought) return null
  const other = refused === null ? '' : `, and there is no other plan: ${refused}`
  return seekReplan(task, reason, atMs) ?? { type: 'TaskFailed', atMs, reason: `${reason}${other}` }
}

/** Whatever way a funded task ends, what was done is measured and paid, and the rest goes back. */
function settling(task: Task, atMs: number): TaskEvent | null {
  if (!task.funded) return null
  if (!task.contribution) {
    const contribution = contributionOf(task)
    return { type: 'ContributionMeasured', atMs, contribution, contributionHash: contentHash(contribution) }
  }
  if (task.settlement) return null
  const settlement = settlementOf(task, task.contribution.contribution)
  return { type: 'SettlementComputed', atMs, settlement, settlementHash: contentHash(settlement) }
}

function attemptOf({ id, attempts }: SubtaskProgress) {
  return { subtaskId: id, attempt: attempts }
}
