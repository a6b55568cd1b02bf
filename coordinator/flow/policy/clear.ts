import { type Authorize, partyOf } from '../../../protocol/authorize.ts'
import { contentHash } from '../../../protocol/canonical.ts'
import { cutText } from '../../../protocol/cut-text.ts'
import type { TaskEvent, TaskEventOf } from '../../../protocol/events.ts'
import type { Hex } from '../../../protocol/hash.ts'
import type { Address } from '../../../protocol/ids.ts'
import { type FlowVerdict, type PolicySet, referenceTo, taskApprovers } from '../../../protocol/policy.ts'
import { findSubtask } from '../compensate.ts'
import type { SubtaskProgress } from '../progress.ts'
import { mayBeginNow } from '../ready.ts'
import { isEnded, type Task } from '../state.ts'
import { consentHash, isOpen } from './cleared.ts'
import { dataOf } from './data.ts'
import { judgeDomain } from './judge.ts'

/** What a policy set says of the flows to those that could be given a subtask. */
export type Clearance = Omit<TaskEventOf<'FlowsDecided'>, 'type' | 'atMs'>

/** Step "screen", of a subtask: to which of these domains it may go, and what it would be given there. */
export function clearanceOf(
  task: Task,
  subtaskId: string,
  domains: readonly string[],
  set: PolicySet,
  authorize: Authorize,
): Clearance {
  const { requester } = task.submitted!
  const { skill } = findSubtask(task.plan, subtaskId)!
  const purpose = { requester: partyOf(requester.domainId), template: task.plan!.template.name, skill }
  const data = dataOf(task, set, subtaskId)
  const verdicts = [...new Set(domains)].sort().map(domainId => judgeDomain(set, authorize, purpose, data, domainId))
  const roles = Object.fromEntries(
    [...new Set(verdicts.flatMap(({ approval }) => approval))].sort().map(role => [role, approversOf(task, set, role)]),
  )
  const decided = { subtaskId, policy: referenceTo(set), data, verdicts, roles, approvalMs: set.approvalMs }
  return { ...decided, contentHash: contentHash({ taskId: task.taskId, ...decided }) }
}

function approversOf(task: Task, set: PolicySet, role: string): Address[] {
  return role === taskApprovers ? task.submitted!.spec.policy.approvers : (set.roles[role] ?? [])
}

/** A decision counts for a subtask that could begin, and takes the place of an earlier one. */
export function clear(task: Task, atMs: number, clearance: Clearance): TaskEvent[] {
  const { subtaskId } = clearance
  if (!mayBeginNow(task).some(({ id }) => id === subtaskId)) return []
  if (task.subtasks.get(subtaskId)?.flows?.contentHash === clearance.contentHash) return []
  return [{ type: 'FlowsDecided', atMs, ...clearance }]
}

/**
 * What follows from a decision: an approval is asked for where too few domains are left without it, and the subtask fails
 * where too few are left with it. What is taken back after the end waits for nobody's approval.
 */
export function flowGate(task: Task, progress: SubtaskProgress, atMs: number): TaskEvent | null {
  const { id: subtaskId, flows, consents } = progress
  if (!flows || !mayBeginNow(task).some(({ id }) => id === subtaskId)) return null
  const { policy, verdicts, contentHash: hash } = flows
  const needed = Math.min(findSubtask(task.plan, subtaskId)!.quorum, verdicts.length)
  const open = verdicts.filter(verdict => isOpen(verdict, hash, consents))
  if (open.length >= needed) return null
  const waiting = isEnded(task) ? [] : verdicts.filter(each => each.permit && !open.includes(each))
  if (open.length + waiting.length >= needed) return approvalRequest(flows, waiting, consents, atMs)
  const why = verdicts
    .filter(({ permit }) => !permit)
    .map(({ domainId, reasons }) => `${domainId}: ${reasons.join('; ')}`)
  const counts = `${policy.id}@${policy.version} lets ${open.length + waiting.length} of ${needed} domains have it`
  return { type: 'SubtaskFailed', atMs, subtaskId, reason: cutText([counts, ...why].join('; '), 2_000) }
}

function approvalRequest(
  { subtaskId, contentHash: hash, roles, approvalMs }: TaskEventOf<'FlowsDecided'>,
  waiting: readonly FlowVerdict[],
  consents: ReadonlySet<Hex>,
  atMs: number,
): TaskEvent {
  const wanted = waiting.flatMap(({ approval }) => approval).filter(role => !consents.has(consentHash(hash, role)))
  const role = [...wanted].sort()[0]!
  const domains = waiting.filter(({ approval }) => approval.includes(role)).map(({ domainId }) => domainId)
  return {
    type: 'ApprovalRequested',
    atMs,
    subtaskId,
    contentHash: consentHash(hash, role),
    reason: `its data would flow to ${domains.join(', ')}: ${role} must approve`,
    deadlineMs: atMs + approvalMs,
    onSilence: 'deny',
    flow: { role, from: roles[role]! },
  }
}
