import { z } from 'zod'
import type { Json } from './canonical.ts'
import { AgentId, Attempt, Bytes32, SubtaskId, TaskId } from './ids.ts'

const format = 'entente.sealed/1'

/** The class of what is sealed. In a skill's schema it stands at the place: `.meta({ class: 'restricted' })`. */
export const sealedClass = 'restricted'

/**
 * A value that only those can read to whom its maker releases the key. It stands where the value would stand; hashes,
 * receipts and evidence are over it as it is.
 */
export const Sealed = z.strictObject({
  sealed: z.literal(format),
  class: z.literal(sealedClass),
  taskId: TaskId,
  subtaskId: SubtaskId,
  attempt: Attempt,
  /** Its maker. */
  agentId: AgentId,
  /** Where in its maker's output it stood: a JSON pointer (RFC 6901). */
  at: z.string(),
  /** SHA-256 over 32 bytes of salt and the value's canonical JSON: says which value it is to whoever is shown both. */
  commitment: Bytes32,
  /** SHA-256 of the content key: two keys cannot open it to two values. */
  keyHash: Bytes32,
  /** AES-256-GCM under the content key, of salt and value; all else here is its associated data. Base64. */
  ciphertext: z.base64(),
})
export type Sealed = z.infer<typeof Sealed>

export function isSealed(value: unknown): value is Sealed {
  return isRecord(value) && value.sealed === format && Sealed.safeParse(value).success
}

/** A sealed value, and the fields below one another that lead to it; lists are looked through. */
export interface SealedPlace {
  readonly fields: readonly string[]
  readonly seal: Sealed
}

export function sealsIn(value: Json, fields: readonly string[] = []): SealedPlace[] {
  if (isSealed(value)) return [{ fields, seal: value }]
  if (Array.isArray(value)) return value.flatMap((item: Json) => sealsIn(item, fields))
  if (!isRecord(value)) return []
  return Object.entries(value).flatMap(([name, below]) => sealsIn(below as Json, [...fields, name]))
}

/** The same value with each sealed one replaced. */
export function replaceSeals(value: Json, replace: (seal: Sealed) => Json): Json {
  if (isSealed(value)) return replace(value)
  if (Array.isArray(value)) return value.map((item: Json) => replaceSeals(item, replace))
  if (!isRecord(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, below]) => [name, replaceSeals(below as Json, replace)]))
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
