import type { TaskEventOf } from '../../protocol/events.ts'

/** What the directory says of the party that asks. */
export interface Standing {
  /** The requester's domain is admitted and not suspended; true for a response plan, which the consortium itself made. */
  readonly domainActive: boolean
}

export const basePolicy = { id: 'entente.base', version: '1' } as const

/** Step "screen": whether this task may be done at all, with every reason. */
export function screen(submitted: TaskEventOf<'TaskSubmitted'>, standing: Standing, atMs: number) {
  const against: string[] = []
  if (!standing.domainActive) against.push('the domain of the requester is not admitted, or is suspended')
  if (submitted.deadlineMs <= atMs) against.push('the deadline has passed')
  if (submitted.spec.policy.approvers.length === 0) against.push('the policy names nobody who may approve')
  const permit = against.length === 0
  const reasons = permit ? [reasonFor(submitted)] : against
  return { decision: permit ? ('permit' as const) : ('deny' as const), policy: basePolicy, reasons }
}

function reasonFor({ authority, requester }: TaskEventOf<'TaskSubmitted'>): string {
  return authority.by === 'order'
    ? `domain ${requester.domainId} is admitted, and its admin signed the order`
    : 'a quorum of the attestors of a response plan opened the task on chain'
}
