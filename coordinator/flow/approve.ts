import { EntenteError } from '../../protocol/errors.ts'
import type { TaskEvent, TaskEventOf } from '../../protocol/events.ts'
import type { Address } from '../../protocol/ids.ts'
import type { CommandOf } from './command.ts'
import type { Task } from './state.ts'

/**
 * What an approver says, to exactly what was shown, in time: once that is over silence has answered, though nobody has said so yet.
 * @throws EntenteError APPROVAL_NOT_OPEN, APPROVER_UNKNOWN
 */
export function answerApproval(task: Task, command: CommandOf<'answerApproval'>): TaskEvent[] {
  const { atMs, subtaskId, contentHash } = command
  const { phase, approval } = task.subtasks.get(subtaskId) ?? {}
  if (phase !== 'approving' || approval?.contentHash !== contentHash || atMs >= approval.deadlineMs) {
    throw new EntenteError('APPROVAL_NOT_OPEN', `no approval of ${contentHash} is open for ${subtaskId}`)
  }
  const { flow } = approval
  if (!mayApprove(task, approval, command.by!.approver)) {
    throw new EntenteError('APPROVER_UNKNOWN', `${command.by!.approver} is not one who may approve of this`)
  }
  const { type: _, flow: __, ...answered } = command
  return [{ type: 'ApprovalAnswered', ...answered, ...(flow ? { flow: flow.role } : {}) }]
}

/** Of a flow, whom the policy set names for the role; else whom the task's order names. */
function mayApprove(task: Task, { flow }: TaskEventOf<'ApprovalRequested'>, approver: Address): boolean {
  return (flow?.from ?? task.submitted!.spec.policy.approvers).includes(approver)
}
