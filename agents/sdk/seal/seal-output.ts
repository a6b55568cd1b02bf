import type { Json } from '../../../protocol/canonical.ts'
import { anyField, restrictedPlaces } from '../../../protocol/restricted-places.ts'
import { commitmentTo, sealValue } from '../../../protocol/seal-cipher.ts'
import { type Sealed, sealedClass } from '../../../protocol/sealed.ts'
import type { AgentIdentity } from '../identity.ts'
import type { AttemptId } from '../sign-answer.ts'
import { contentKeyOf, saltOfSeal } from './content-key.ts'

/** Seals what the skill's output schema marks as restricted; the rest stays as it is. */
export function sealOutput(
  identity: AgentIdentity,
  attemptId: AttemptId,
  outputSchema: { readonly [key: string]: Json },
  output: Json,
): Json {
  const seal = (value: Json, at: string) => sealAt(identity, attemptId, value, at)
  return restrictedPlaces(outputSchema).reduce((sealed, { fields }) => within(sealed, fields, '', seal), output)
}

function within(value: Json, fields: readonly string[], at: string, seal: (value: Json, at: string) => Json): Json {
  const [field, ...below] = fields
  if (field === undefined) return seal(value, at)
  if (Array.isArray(value)) return value.map((item: Json, index) => within(item, fields, `${at}/${index}`, seal))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value as { readonly [name: string]: Json }).map(([name, inner]) => {
      const isMeant = field === anyField || field === name
      return [name, isMeant ? within(inner, below, `${at}/${escaped(name)}`, seal) : inner]
    }),
  )
}

function sealAt(
  identity: AgentIdentity,
  { taskId, subtaskId, attempt }: AttemptId,
  value: Json,
  at: string,
): Sealed & Json {
  const place = { taskId, subtaskId, attempt, agentId: identity.agentId, at }
  const salt = saltOfSeal(identity, place, value)
  const commitment = commitmentTo(value, salt)
  const open = { sealed: 'entente.sealed/1', class: sealedClass, ...place, commitment } as const
  return sealValue(value, salt, contentKeyOf(identity, place, commitment), open, identity.domain)
}

/** RFC 6901. */
function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
