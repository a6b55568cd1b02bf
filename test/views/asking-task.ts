import type { TaskEntry } from '../../protocol/events.ts'
import type { Hex } from '../../protocol/hash.ts'
import { Drive, planOf, taskId } from '../coordinator/flow/drive.ts'

export const askingTaskId = taskId
export const answerSchema = { type: 'object', properties: { closed: { type: 'boolean' } }, required: ['closed'] }

/** A task that asks two things at once, as the rules take it: to the end of one question, or of both. */
export function askingTask() {
  const ask = { answer: answerSchema, deadlineMs: 5_000 }
  const drive = new Drive().planned({
    ...planOf([{ id: 'act', after: ['harbour', 'bridge'] }]),
    asks: [
      {
        id: 'harbour',
        title: 'Harbour',
        after: [],
        ask: { ...ask, question: 'Closed?', show: 'input', default: null },
      },
      { id: 'bridge', title: 'Bridge', after: [], ask: { ...ask, question: 'And the bridge?' } },
    ],
  })
  let first = 0
  return {
    drive,
    /** What was added since it was last asked for. */
    entry(): TaskEntry {
      const events = drive.history.slice(first)
      const entry = { taskId, first, events }
      first = drive.history.length
      return entry
    },
    answer(subtaskId: string, closed: boolean) {
      const { contentHash } = drive.task.subtasks.get(subtaskId)!.question!
      const by = { signer: `0x${'11'.repeat(20)}` as Hex, signedAtMs: drive.nowMs, signature: `0x${'22'.repeat(65)}` }
      drive.when({ type: 'answerQuestion', subtaskId, contentHash, answer: { closed }, by })
    },
  }
}
