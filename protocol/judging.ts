import { z } from 'zod'
import { TalkMessage } from './planning.ts'

/**
 * How a model was asked which of several answers stands: all that it was told and answered, once with the answers in the order of
 * their hashes, and once in the reverse. An artifact, whose content hash the event names. The last answer of each talk counts.
 */
export const JudgingRecord = z.strictObject({
  format: z.literal('entente.judging/1'),
  /** Its name alone: where it was asked is the operator's. */
  model: z.string().min(1).max(200),
  tokens: z.strictObject({ input: z.int().min(0), output: z.int().min(0) }),
  talks: z.array(z.strictObject({ messages: z.array(TalkMessage).min(1) })).length(2),
})
export type JudgingRecord = z.infer<typeof JudgingRecord>

/** What the model answers: a number as the answers are numbered there, or `none`. */
export const Judgement = z.strictObject({ choice: z.string(), reasons: z.string() })
export type Judgement = z.infer<typeof Judgement>
