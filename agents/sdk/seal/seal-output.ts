import type { Json } from '../../../protocol/canonical.ts'
import { replaceRestricted } from '../../../protocol/restricted-places.ts'
import { commitmentTo, sealValue } from '../../../protocol/seal-cipher.ts'
import { type MadeSeal, sealedClass } from '../../../protocol/sealed.ts'
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
  return replaceRestricted(outputSchema, output, (value, at) => sealAt(identity, attemptId, value, at))
}

function sealAt(identity: AgentIdentity, { taskId, subtaskId, attempt }: AttemptId, value: Json, at: string): Json {
  const place = { taskId, subtaskId, attempt, agentId: identity.agentId, at }
  const salt = saltOfSeal(identity, place, value)
  const commitment = commitmentTo(value, salt)
  const open = { sealed: 'entente.sealed/1', class: sealedClass, ...place, commitment } as const
  return sealValue<MadeSeal>(value, salt, contentKeyOf(identity, place, commitment), open, identity.domain)
}
