import type { TaskEvent } from '../protocol/events.ts'
import type { Bundle } from '../protocol/evidence.ts'
import { type Check, eventAt, type Finding } from './finding.ts'

/** Whether people who had a say had it: approvals by an approver that the task names, whatever stops the task by the requester or one. */
export function checkConsent(bundle: Bundle): Check {
  const submitted = bundle.events[0]?.event
  const approvers = submitted?.type === 'TaskSubmitted' ? submitted.spec.policy.approvers : []
  const requester = submitted?.type === 'TaskSubmitted' ? [submitted.requester.address] : []
  const answers = bundle.events.flatMap(({ event }, index) => sayIn(event, index) ?? [])
  const findings = answers.flatMap(({ where, address, kind }): Finding[] => {
    const allowed = kind === 'approval' ? approvers : [...requester, ...approvers]
    if (allowed.includes(address)) return []
    return [{ where, what: `${address} may not give this ${kind}: the task allows ${allowed.join(', ') || 'nobody'}` }]
  })
  return { name: 'consent', count: answers.length, findings }
}

function sayIn(event: TaskEvent, index: number) {
  if (event.type === 'ApprovalAnswered' && event.by) {
    return { where: eventAt(index, 'by', 'approver'), address: event.by.approver, kind: 'approval' }
  }
  // That a withdrawal is of the task's own plan is for the rules; that it is on chain, for whoever asks a node.
  if (event.type === 'TaskCanceled' && event.by && 'signer' in event.by) {
    return { where: eventAt(index, 'by', 'signer'), address: event.by.signer, kind: 'cancellation' }
  }
  if (event.type === 'TaskPaused' || event.type === 'TaskResumed') {
    const kind = event.type === 'TaskPaused' ? 'pause' : 'resumption'
    return { where: eventAt(index, 'by', 'signer'), address: event.by.signer, kind }
  }
  return null
}
