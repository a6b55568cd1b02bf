import { LRUCache } from 'lru-cache'
import { type AuthorizationAnswer, type Context, cedar } from '#cedar'
import type { Asked, Authorize, Entity, Judged } from '../../protocol/authorize.ts'
import { canonicalJson } from '../../protocol/canonical.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { type PolicySet, policyHash } from '../../protocol/policy.ts'

interface Parsed {
  /** What a policy gives as its reason, by its id. */
  readonly reasons: ReadonlyMap<string, string>
}

/** One question costs a millisecond or two, and tasks ask the same over and over. */
const answers = new LRUCache<string, Judged>({ max: 10_000 })
const parsed = new LRUCache<string, Parsed>({ max: 64 })

/**
 * Asks Cedar (https://www.cedarpolicy.com): forbidden where any policy forbids, else permitted where any permits, else
 * not. Cedar leaves out a policy that fails on a question; here nothing is permitted then, for it might have forbidden.
 *
 * @throws EntenteError POLICY_INVALID
 */
export const authorizeByCedar: Authorize = (set, asked) => {
  const hash = policyHash(set)
  const key = `${hash}${canonicalJson(asked)}`
  const known = answers.get(key) ?? judge(hash, prepare(set, hash), asked)
  answers.set(key, known)
  return known
}

/** The policies of a set by their own ids, with the reasons that they give. */
export function partsOf(policies: string): { id: string; reason: string; text: string }[] {
  const parts = cedar().policySetTextToParts(policies)
  if (parts.type === 'failure')
    throw new EntenteError('POLICY_INVALID', parts.errors.map(({ message }) => message).join('; '))
  if (parts.policy_templates.length > 0) {
    throw new EntenteError('POLICY_INVALID', 'a policy with slots (?principal, ?resource) is no rule')
  }
  return parts.policies.map(text => {
    const answer = cedar().policyToJson(text)
    const { id = '', reason = '' } = answer.type === 'success' ? (answer.json.annotations ?? {}) : {}
    return { id, reason, text }
  })
}

function prepare(set: PolicySet, hash: string): Parsed {
  const known = parsed.get(hash)
  if (known) return known
  const parts = partsOf(set.policies)
  const staticPolicies = Object.fromEntries(parts.map(({ id, text }) => [id, text]))
  if (Object.keys(staticPolicies).length < parts.length || parts.some(({ id }) => id === '')) {
    throw new EntenteError('POLICY_INVALID', `${set.id}@${set.version}: each policy needs an @id of its own`)
  }
  const answer = cedar().preparsePolicySet(hash, { staticPolicies })
  if (answer.type === 'failure') {
    throw new EntenteError('POLICY_INVALID', answer.errors.map(({ message }) => message).join('; '))
  }
  const prepared = { reasons: new Map(parts.map(({ id, reason }) => [id, reason])) }
  parsed.set(hash, prepared)
  return prepared
}

function judge(hash: string, { reasons }: Parsed, { action, principal, resource, context }: Asked): Judged {
  const answer: AuthorizationAnswer = cedar().statefulIsAuthorized({
    preparsedPolicySetId: hash,
    principal: { ...principal },
    action: { type: 'Action', id: action },
    resource: { ...resource },
    context: Object.fromEntries(Object.entries(context).map(([name, value]) => [name, cedarValue(value)])),
    entities: [],
  })
  if (answer.type === 'failure') {
    throw new EntenteError('POLICY_INVALID', answer.errors.map(({ message }) => message).join('; '))
  }
  const { decision, diagnostics } = answer.response
  if (diagnostics.errors.length > 0) {
    const failed = diagnostics.errors.map(({ policyId, error }) => `${policyId} fails: ${error.message}`)
    return { allowed: false, reasons: failed.sort() }
  }
  const by = [...diagnostics.reason].sort().map(id => (reasons.get(id) ? `${id} (${reasons.get(id)})` : id))
  return { allowed: decision === 'allow', reasons: by.length > 0 ? by : ['no policy permits it'] }
}

function cedarValue(value: boolean | string | Entity | readonly Entity[]): Context[string] {
  if (typeof value !== 'object') return value
  return isList(value) ? value.map(reference) : reference(value)
}

function reference({ type, id }: Entity) {
  return { __entity: { type, id } }
}

function isList(value: Entity | readonly Entity[]): value is readonly Entity[] {
  return Array.isArray(value)
}
