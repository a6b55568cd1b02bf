import { z } from 'zod'
import { Address, SubtaskId } from './ids.ts'
import { JsonValue } from './json.ts'

/** What a person is asked, who may answer, and what an answer must look like. */
export const AskRule = z.strictObject({
  question: z
    .union([
      z.string().min(1).max(2_000),
      z.strictObject({ expression: z.string().describe('JMESPath over { input, outputs, params }, giving the text') }),
    ])
    .describe('what the person reads'),
  show: z.string().optional().describe('JMESPath over { input, outputs, params }: what the question is about'),
  from: z
    .union([
      z.string().describe('JMESPath over { input, outputs, params }, giving an address or several'),
      z.array(Address).min(1),
    ])
    .optional()
    .describe('who may answer, instead of the requester and the approvers'),
  answer: z.record(z.string(), JsonValue).describe('JSON Schema 2020-12 of the answer; choices are its `enum`'),
  deadlineMs: z.int().min(100),
  default: JsonValue.optional().describe('the answer where nobody gives one in time; without it the subtask fails'),
})
export type AskRule = z.infer<typeof AskRule>

/** A node at which a person is asked: the answer is its output. */
export const Ask = z.object({
  id: SubtaskId,
  title: z.string(),
  after: z.array(SubtaskId),
  when: z.string().optional(),
  ask: AskRule,
})
export type Ask = z.infer<typeof Ask>
