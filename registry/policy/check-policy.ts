import { cedar } from '#cedar'
import { EntenteError } from '../../protocol/errors.ts'
import type { PolicySet } from '../../protocol/policy.ts'
import { partsOf } from './cedar.ts'
import { schemaOf } from './schema.ts'

/** What is wrong with the policies of a set, and where in their text. */
export interface TextFault {
  /** In UTF-8 bytes, as Cedar counts. */
  readonly offset: number
  readonly what: string
}

/** Of Cedar's grammar and of the schema, and each under a name of its own; none where all is well. */
export function policyFaults(set: PolicySet): TextFault[] {
  const schema = schemaOf(set)
  const understood = cedar().checkParseSchema(schema)
  if (understood.type === 'failure') throw new Error(understood.errors.map(({ message }) => message).join('; '))
  const answer = cedar().validate({ schema, policies: { staticPolicies: set.policies } })
  if (answer.type === 'failure') {
    return answer.errors.map(({ message, sourceLocations: [place] = [] }) => ({
      offset: place?.start ?? 0,
      what: place?.label ? `${message}; ${place.label}` : message,
    }))
  }
  const said = [...answer.validationErrors, ...answer.validationWarnings].map(({ error }) => ({
    offset: error.sourceLocations?.[0]?.start ?? 0,
    what: error.help ? `${error.message}; ${error.help}` : error.message,
  }))
  return said.length > 0 ? said : nameFaults(set.policies)
}

/** A reason names a policy: each has a name, and no two the same. */
function nameFaults(policies: string): TextFault[] {
  const seen = new Set<string>()
  let from = 0
  return partsOf(policies).flatMap(({ id, text }): TextFault[] => {
    const start = policies.indexOf(text, from)
    from = Math.max(start, 0) + text.length
    const offset = Buffer.byteLength(policies.slice(0, Math.max(start, 0)))
    if (id === '') return [{ offset, what: 'this policy has no @id("…")' }]
    if (seen.has(id)) return [{ offset, what: `another policy is called ${id} too` }]
    seen.add(id)
    return []
  })
}

/** @throws EntenteError POLICY_INVALID with all that is wrong with its policies */
export function requireFaultless(set: PolicySet): void {
  const faults = policyFaults(set)
  if (faults.length === 0) return
  const what = faults.map(({ what }) => what).join('; ')
  throw new EntenteError('POLICY_INVALID', `${set.id}@${set.version}: ${what}`)
}
