import { priorityOf } from '../coordinator/flow/priority.ts'
import { contentHash } from '../protocol/canonical.ts'
import type { TaskEventOf } from '../protocol/events.ts'
import type { Bundle } from '../protocol/evidence.ts'
import { domainToBytes32 } from '../protocol/ids.ts'
import { taskIdOf } from './check-authority.ts'
import { type Check, eventAt, type Finding } from './finding.ts'

/**
 * Whether what an attempt was broken off for is the work of an emergency: of the task that its order or its response plan
 * opens, under the policy that the requester signed. Whether it could be broken off, and a policy set lets it, is for the
 * rules; the order's signature for the signatures.
 */
export function checkPreemptions(bundle: Bundle): Check {
  let count = 0
  const findings = bundle.events.flatMap(({ event }, index) => {
    if (event.type !== 'AttemptPreempted') return []
    count++
    return faultsOf(bundle, event, index)
  })
  return { name: 'preemptions', count, findings }
}

function faultsOf(bundle: Bundle, { claim }: TaskEventOf<'AttemptPreempted'>, index: number): Finding[] {
  const { authority, policy, spec, taskId, domainId } = claim
  const at = (field: string, what: string) => ({ where: eventAt(index, 'claim', field), what })
  const faults: Finding[] = []
  const opened = taskIdOf(bundle, authority)
  if (opened !== taskId) faults.push(at('taskId', `its authority opens task ${opened}`))
  if (priorityOf({ authority, spec: { policy } }) !== 'emergency') faults.push(at('policy', 'it is of no emergency'))
  if (authority.by === 'order') {
    const { policyHash, domainId: ordered } = authority.order
    if (contentHash(policy) !== policyHash) faults.push(at('policy', `the order is under policy ${policyHash}`))
    if (domainId === null || domainToBytes32(domainId) !== ordered)
      faults.push(at('domainId', 'the order is of another domain'))
    return faults
  }
  if (domainId !== null) faults.push(at('domainId', 'a response plan is of no domain'))
  if (!spec || contentHash(spec) !== authority.specHash)
    faults.push(at('spec', `the plan is for spec ${authority.specHash}`))
  else if (contentHash(spec.policy) !== contentHash(policy)) faults.push(at('policy', 'the spec has another policy'))
  return faults
}
