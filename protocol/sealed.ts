import { z } from 'zod'
import type { Json } from './canonical.ts'
import { Address, AgentId, Amount, Attempt, Bytes32, SubtaskId, TaskId } from './ids.ts'

const madeFormat = 'entente.sealed/1'
export const givenFormat = 'entente.given/1'

/** The class of what is sealed. In a schema it stands at the place: `.meta({ class: 'restricted' })`. */
export const sealedClass = 'restricted'

const common = {
  class: z.literal(sealedClass),
  /** Who releases its key: its maker, or its keeper. */
  agentId: AgentId,
  /** Where in what its maker gave it stood: a JSON pointer (RFC 6901). */
  at: z.string(),
  /** SHA-256 over 32 bytes of salt and the value's canonical JSON: says which value it is to whoever is shown both. */
  commitment: Bytes32,
  /** SHA-256 of the content key: two keys cannot open it to two values. */
  keyHash: Bytes32,
  /** AES-256-GCM under the content key, of salt and value; all else here is its associated data. Base64. */
  ciphertext: z.base64(),
}

/** By an agent, in the output of an attempt. */
const MadeSeal = z.strictObject({
  sealed: z.literal(madeFormat),
  ...common,
  taskId: TaskId,
  subtaskId: SubtaskId,
  attempt: Attempt,
})
export type MadeSeal = z.infer<typeof MadeSeal>

/** The task that something was given to: by its id, or, before there is one, by the nonce of its requester's order. */
const GivenTo = z.union([z.strictObject({ taskId: TaskId }), z.strictObject({ nonce: Amount })])
export type GivenTo = z.infer<typeof GivenTo>

/** By who orders a task, signals to it or answers its question. Its key is wrapped to its keeper (HPKE, as in `Wrap`). */
export const GivenSeal = z.strictObject({
  sealed: z.literal(givenFormat),
  ...common,
  /** Whose signature is over what it is part of. */
  by: Address,
  to: GivenTo,
  enc: z.base64(),
  wrapped: z.base64(),
})
export type GivenSeal = z.infer<typeof GivenSeal>

/**
 * A value that only those can read to whom its maker releases the key. It stands where the value would stand; hashes,
 * receipts and evidence are over it as it is.
 */
const Sealed = z.discriminatedUnion('sealed', [MadeSeal, GivenSeal])
export type Sealed = z.infer<typeof Sealed>

export function isGiven(seal: Sealed): seal is GivenSeal {
  return seal.sealed === givenFormat
}

/** What a message calls a sealed value. */
export function nameOfSeal(seal: Sealed): string {
  return isGiven(seal) ? `${seal.at || '/'} of what ${seal.by} gave` : `${seal.subtaskId}${seal.at}`
}

export function isSealed(value: unknown): value is Sealed {
  const isMarked = isRecord(value) && (value.sealed === madeFormat || value.sealed === givenFormat)
  return isMarked && Sealed.safeParse(value).success
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
