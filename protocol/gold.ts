import { z } from 'zod'
import { contentHash } from './canonical.ts'
import type { Hex } from './hash.ts'
import { AgentId, Bytes32, SubtaskId, TaskId } from './ids.ts'
import { JsonValue } from './json.ts'

/** A question whose answer is known. Its content hash is what is told of it before it was asked; the salt hides the rest. */
export const GoldQuestion = z.strictObject({ skill: z.string(), input: JsonValue, answer: JsonValue, salt: Bytes32 })
export type GoldQuestion = z.infer<typeof GoldQuestion>

export function goldHash(question: GoldQuestion): Hex {
  return contentHash(question)
}

/** How often agents are asked what is known already. */
export const GoldRule = z.strictObject({
  rate: z.number().min(0).max(1).describe('the chance that an attempt is gold'),
  most: z.int().min(1).max(10).default(1).describe('gold attempts at a subtask, at most'),
  questions: z
    .record(z.string(), z.array(Bytes32).min(1).max(1_000))
    .describe('by skill, name@major: content hashes of questions, each an artifact'),
})
export type GoldRule = z.infer<typeof GoldRule>

/** What agents said to one gold question in a settled task: null where it was right, else the hash of what they said. */
export const GoldAnswers = z.object({
  taskId: TaskId,
  subtaskId: SubtaskId,
  attempt: z.int().min(1),
  answers: z.record(AgentId, Bytes32.nullable()),
})
export type GoldAnswers = z.infer<typeof GoldAnswers>
