import { z } from 'zod'
import { Millis } from './ids.ts'

/** A message that nobody could act on, with why, and all that is needed to try it again. */
export const DeadLetter = z.object({
  /** The stream that it lay in, and where; 0 for something that is no message: what could not be taken back, or settled. */
  stream: z.string(),
  streamSequence: z.int().min(0),
  /** Who gave it up: the durable consumer, the compensation, or `settlement`. */
  consumer: z.string(),
  subject: z.string(),
  /** The bytes as they were, in base64. */
  payload: z.base64(),
  cause: z.string(),
  attempts: z.int(),
  atMs: Millis,
})
export type DeadLetter = z.infer<typeof DeadLetter>

/** By its place in the stream of dead letters. */
export const RetryDead = z.object({ sequence: z.int().min(1) })
export type RetryDead = z.infer<typeof RetryDead>
