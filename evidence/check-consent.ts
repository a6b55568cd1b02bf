import type { TaskEvent } from '../protocol/events.ts'
import type { Bundle } from '../protocol/evidence.ts'
import type { Address } from '../protocol/ids.ts'
import { type Check, eventAt, type Finding } from './finding.ts'

/**
 * Whether people who had a say had it: approvals by an approver that the task names, answers by one who was asked, whatever
 * stops the task by the requester or an approver, or for an alert by the consortium, whose key is that of the log keeper.
 */
export function checkConsent(bundle: Bundle): Check {
  const submitted = bundle.events[0]?.event
  const approvers = submitted?.type === 'TaskSubmitted' ? submitted.spec.policy.approvers : []
  const requester = submitted?.type === 'TaskSubmitted' ? [submitted.requester.address] : []
  const answers = bundle.events.flatMap(({ event }, index) => {
    return flowIn(bundle, index) ?? measureIn(bundle, index) ?? sayIn(event, index) ?? answerIn(bundle, index) ?? []
  })
  const findings = answers.flatMap(({ where, address, kind, asked }): Finding[] => {
    const allowed = asked ?? (kind === 'approval' ? approvers : [...requester, ...approvers])
    if (allowed.includes(address)) return []
    return [{ where, what: `${address} may not give this ${kind}: the task allows ${allowed.join(', ') || 'nobody'}` }]
  })
  return { name: 'consent', count: answers.length, findings }
}

interface Say {
  readonly where: string
  readonly address: Address
  readonly kind: string
  /** To whom alone it was put. */
  readonly asked?: readonly Address[]
}

/** An answer, by one of those to whom its question was put. That these are the right ones is for the rules. */
function answerIn({ events }: Bundle, index: number): Say | null {
  const { event } = events[index]!
  if (event.type !== 'QuestionAnswered' || !event.by) return null
  const asked = events
    .slice(0, index)
    .findLast(({ event: before }) => before.type === 'QuestionAsked' && before.subtaskId === event.subtaskId)?.event
  const where = eventAt(index, 'by', 'signer')
  return { where, address: event.by.signer, kind: 'answer', asked: asked?.type === 'QuestionAsked' ? asked.from : [] }
}

/** An approval of a flow, by one whom the policy set names for the role. */
function flowIn({ events }: Bundle, index: number): Say | null {
  const { event } = events[index]!
  if (event.type !== 'ApprovalAnswered' || event.flow === undefined || !event.by) return null
  const request = events
    .slice(0, index)
    .findLast(({ event: before }) => before.type === 'ApprovalRequested' && before.subtaskId === event.subtaskId)?.event
  const asked = request?.type === 'ApprovalRequested' ? (request.flow?.from ?? []) : []
  return { where: eventAt(index, 'by', 'approver'), address: event.by.approver, kind: 'approval', asked }
}

/** What the supervision policy asked for. That the alert is about this task, and asks for it, is for the rules. */
function measureIn({ events, checkpoint }: Bundle, index: number): Say | null {
  const { event } = events[index]!
  if (event.type !== 'TaskPaused' || !event.cause) return null
  return { where: eventAt(index, 'by', 'signer'), address: event.by.signer, kind: 'pause', asked: [checkpoint.signer] }
}

function sayIn(event: TaskEvent, index: number): Say | null {
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
