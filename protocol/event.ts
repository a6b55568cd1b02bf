import { z } from 'zod'
import { Address, Millis, Signature, SubtaskId } from './ids.ts'
import { Keeper } from './key-release.ts'

/** Something that happened to a task, in the past tense. */
export const event = <N extends string, S extends z.ZodRawShape>(type: N, shape: S) =>
  z.object({ type: z.literal(type), atMs: Millis, ...shape })

/** A person, over the document that says what is to happen. */
export const Signed = z.object({ signer: Address, signedAtMs: Millis, signature: Signature })
export const attempt = { subtaskId: SubtaskId, attempt: z.int().min(1) }
/** Of the keys to what is sealed in what was given; absent where nothing is. */
export const kept = { keepers: z.array(Keeper).min(1).optional() }
