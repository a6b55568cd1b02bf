import type { Bundle } from '../protocol/evidence.ts'
import type { Hex } from '../protocol/hash.ts'
import { policyHash } from '../protocol/policy.ts'
import { type Check, eventAt, type Finding, pointer } from './finding.ts'

/**
 * Whether the policy sets beside the events are those that the events name, all of them and no others. What they decided is
 * for the rules.
 */
export function checkPolicies({ events, policies = [] }: Bundle): Check {
  const named = new Map<Hex, number>()
  for (const [index, { event }] of events.entries()) {
    const hash = 'policy' in event ? event.policy.hash : undefined
    if (hash && !named.has(hash)) named.set(hash, index)
  }
  const wanted = [...named]
  const found = policies.map(policyHash)
  const findings = wanted.flatMap(([hash, index], place): Finding[] => {
    if (found[place] === hash) return []
    if (place >= found.length)
      return [{ where: eventAt(index, 'policy', 'hash'), what: 'no policy set beside it has this hash' }]
    return [{ where: pointer('policies', place), what: `its hash is ${found[place]}, event ${index} names ${hash}` }]
  })
  const surplus = found.slice(wanted.length).map((_, place) => ({
    where: pointer('policies', wanted.length + place),
    what: 'no event names this policy set',
  }))
  return { name: 'policies', count: found.length, findings: [...findings, ...surplus] }
}
