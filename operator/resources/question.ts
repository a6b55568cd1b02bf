import { z } from 'zod'
import type { TaskDetail } from '../../coordinator/views/read-task.ts'
import { JsonValue } from '../../protocol/json.ts'
import { AddressText, Hash, TimeMs } from './fields.ts'

export const Question = z
  .object({
    subtaskId: z.string(),
    contentHash: Hash.describe('Of question, show and answerSchema: send it with the answer'),
    question: z.string(),
    show: JsonValue.describe('What the question is about; null where it says all'),
    answerSchema: z.record(z.string(), JsonValue).describe('What an answer must look like (JSON Schema 2020-12)'),
    from: z.array(AddressText).describe('Who may answer'),
    askedAtMs: TimeMs,
    deadlineMs: TimeMs,
    onSilence: z
      .object({ answer: JsonValue })
      .nullable()
      .describe('The answer where nobody gives one in time; null where that fails the subtask'),
    answer: z
      .object({
        value: JsonValue,
        atMs: TimeMs,
        answerer: AddressText.nullable().describe('Null when silence answered'),
      })
      .nullable(),
  })
  .meta({ id: 'Question' })

export function toQuestion(row: TaskDetail['questions'][number]): z.input<typeof Question> {
  const { show, answerSchema, from, default: silence, answeredAtMs, answer, answerer, taskId: _, ...rest } = row
  return {
    ...rest,
    show: JSON.parse(show),
    answerSchema: JSON.parse(answerSchema),
    from: JSON.parse(from),
    onSilence: silence === null ? null : { answer: JSON.parse(silence) },
    answer: answeredAtMs === null ? null : { value: JSON.parse(answer!), atMs: answeredAtMs, answerer },
  }
}
