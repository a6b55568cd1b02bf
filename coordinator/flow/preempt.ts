import { type Authorize, type Entity, type Judged, partyOf } from '../../protocol/authorize.ts'
import type { Needs } from '../../protocol/capacity.ts'
import type { TaskEvent, TaskEventOf } from '../../protocol/events.ts'
import { type PolicySet, referenceTo } from '../../protocol/policy.ts'
import type { Claim } from '../../protocol/preemption.ts'
import type { Priority } from '../../protocol/task.ts'
import { findSubtask, isCompensation } from './compensate.ts'
import { priorityOf } from './priority.ts'
import type { SubtaskProgress } from './progress.ts'
import { totalDeadlineMs } from './retry.ts'
import { isEnded, type Task } from './state.ts'

/** An attempt under way that may be broken off, if a policy set lets it. */
export interface Preemptible {
  readonly subtaskId: string
  readonly attempt: number
  readonly agentId: string
  readonly needs: Needs
  readonly skill: string
  readonly template: string
  readonly sinceMs: number
}

/** Whose attempt would be broken off, and what is asked about it. */
export interface Victim extends Pick<Preemptible, 'needs' | 'skill' | 'template'> {
  readonly priority: Priority
  readonly domainId: string | null
}

export type Preemption = Omit<TaskEventOf<'AttemptPreempted'>, 'type' | 'atMs' | 'agentId'>

/** Those of a task; none of an emergency, of what has ended, or of what takes back. */
export function preemptibleIn(task: Task): Preemptible[] {
  const { submitted, plan } = task
  if (!submitted || !plan || isEnded(task) || priorityOf(submitted) === 'emergency') return []
  return task.overview.live.flatMap(({ progress }) => {
    const { id: subtaskId, attempts: attempt, assigned } = progress
    if (!isPreemptible(task, progress)) return []
    const { needs, skill, atMs: sinceMs, chosen } = assigned!
    const template = plan.template.name
    return chosen.map(({ agentId }) => ({ subtaskId, attempt, agentId, needs: needs!, skill, template, sinceMs }))
  })
}

/** An attempt that was given to nobody, and is to be told what is known, has nobody at work. */
function isPreemptible(task: Task, { id, phase, assigned }: SubtaskProgress): boolean {
  if (phase !== 'executing' || !assigned?.needs || assigned.chosen.length === 0 || isCompensation(task, id))
    return false
  return findSubtask(task.plan, id)?.preemptible === true
}

/** Resources that both want. */
export function sharedResources(a: Needs, b: Needs): string[] {
  return Object.keys(a)
    .filter(resource => b[resource] !== undefined)
    .sort()
}

/** What a policy set says of breaking off an attempt for an emergency of this party. */
export function judgePreemption(
  set: PolicySet,
  authorize: Authorize,
  claim: Pick<Claim, 'domainId' | 'needs'>,
  victim: Victim,
): Judged {
  const resources = sharedResources(claim.needs, victim.needs).map((id): Entity => ({ type: 'Resource', id }))
  return authorize(set, {
    action: 'preempt',
    principal: partyOf(claim.domainId),
    resource: partyOf(victim.domainId),
    context: {
      priority: victim.priority,
      resources,
      skill: { type: 'Skill', id: victim.skill },
      template: { type: 'Template', id: victim.template },
    },
  })
}

/** What is put to the task whose attempt is to be broken off; null where the set in force does not let it. */
export function preemptionOf(
  task: Task,
  at: { readonly subtaskId: string; readonly attempt: number },
  claim: Claim,
  set: PolicySet,
  authorize: Authorize,
): Preemption | null {
  const { assigned } = task.subtasks.get(at.subtaskId) ?? {}
  if (!assigned?.needs || !task.plan || !task.submitted) return null
  const { needs, skill } = assigned
  const { domainId } = task.submitted.requester
  const victim = { needs, skill, template: task.plan.template.name, priority: priorityOf(task.submitted), domainId }
  const { allowed, reasons } = judgePreemption(set, authorize, claim, victim)
  if (!allowed) return null
  const { subtaskId, attempt } = at
  return { subtaskId, attempt, claim, policy: referenceTo(set), reasons: [...reasons] }
}

/**
 * An open attempt is broken off for an emergency: one that its plan says can be, of a task that is none, for a resource that
 * both want, and while there is time for another. It is nobody's fault, and no failed attempt; the subtask waits anew.
 */
export function preempt(task: Task, command: Preemption & { readonly atMs: number }): TaskEvent[] {
  const { subtaskId, attempt, claim, policy, reasons, atMs } = command
  const progress = task.subtasks.get(subtaskId)
  if (!progress || progress.attempts !== attempt || isEnded(task) || !isPreemptible(task, progress)) return []
  if (
    claim.taskId === task.taskId ||
    priorityOf(task.submitted!) === 'emergency' ||
    priorityOf(claimed(claim)) !== 'emergency'
  )
    return []
  if (sharedResources(claim.needs, progress.assigned!.needs!).length === 0) return []
  // What has no time for another attempt would not wait anew, but fail.
  if (totalDeadlineMs(findSubtask(task.plan, subtaskId)!, progress) <= atMs) return []
  const { agentId } = progress.assigned!.chosen[0]!
  return [{ type: 'AttemptPreempted', atMs, subtaskId, attempt, agentId, claim, policy, reasons }]
}

/** What work of an emergency shows for itself. */
export function claimOf(
  { authority, requester, spec }: TaskEventOf<'TaskSubmitted'>,
  { taskId, subtaskId, attempt, needs }: Pick<Claim, 'taskId' | 'subtaskId' | 'attempt'> & { readonly needs?: Needs },
): Claim {
  const shown = { domainId: requester.domainId, authority, policy: spec.policy }
  const whole = authority.by === 'response-plan' ? { spec } : {}
  return { taskId, subtaskId, attempt, needs: needs ?? {}, ...shown, ...whole }
}

function claimed({ authority, policy }: Claim): Parameters<typeof priorityOf>[0] {
  return { authority, spec: { policy } }
}
