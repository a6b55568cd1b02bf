import { type Authorize, type Judged, partyOf } from '../../protocol/authorize.ts'
import type { TaskEventOf } from '../../protocol/events.ts'
import { type PolicySet, referenceTo } from '../../protocol/policy.ts'
import { priorityOf } from './priority.ts'

/** What the directory says of the party that asks. */
export interface Standing {
  /** The requester's domain is admitted and not suspended; true for a response plan, which the consortium itself made. */
  readonly domainActive: boolean
}

export const basePolicy = { id: 'entente.base', version: '1' } as const

/** The policy set in force, if there is one, and what asks it. */
export interface Policed {
  readonly set: PolicySet
  readonly authorize: Authorize
  /** The name of the task's template; null where that is not to be had, and then the plan will be refused. */
  readonly template: string | null
}

/** Step "screen": whether this task may be done at all, with every reason. */
export function screen(
  submitted: TaskEventOf<'TaskSubmitted'>,
  standing: Standing,
  atMs: number,
  policed: Policed | null = null,
) {
  const against: string[] = []
  if (!standing.domainActive) against.push('the domain of the requester is not admitted, or is suspended')
  if (submitted.deadlineMs <= atMs) against.push('the deadline has passed')
  if (submitted.spec.policy.approvers.length === 0) against.push('the policy names nobody who may approve')
  const order = policed ? judgeOrder(submitted, policed) : { allowed: true, reasons: [] }
  if (!order.allowed) against.push(`the policy set denies it: ${order.reasons.join(', ')}`)
  const permit = against.length === 0
  const reasons = permit ? [reasonFor(submitted), ...order.reasons] : against
  const policy = policed ? referenceTo(policed.set) : basePolicy
  return { decision: permit ? ('permit' as const) : ('deny' as const), policy, reasons }
}

function judgeOrder(submitted: TaskEventOf<'TaskSubmitted'>, { set, authorize, template }: Policed): Judged {
  return authorize(set, {
    action: 'order',
    principal: partyOf(submitted.requester.domainId),
    resource: { type: 'Template', id: template ?? submitted.spec.template },
    context: { priority: priorityOf(submitted) },
  })
}

function reasonFor({ authority, requester }: TaskEventOf<'TaskSubmitted'>): string {
  return authority.by === 'order'
    ? `domain ${requester.domainId} is admitted, and its admin signed the order`
    : 'a quorum of the attestors of a response plan opened the task on chain'
}
