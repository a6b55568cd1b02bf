import { jetstreamManager } from '@nats-io/jetstream'
import { type Giver, sealGiven } from '../../agents/sdk/seal/seal-given.ts'
import { fold } from '../../coordinator/flow/evolve.ts'
import { type Task, unknownTask } from '../../coordinator/flow/state.ts'
import { readEvents } from '../../coordinator/log/read-events.ts'
import type { Json } from '../../protocol/canonical.ts'
import type { Hex } from '../../protocol/hash.ts'

/** What somebody says to a running task. */
export type Word =
  | { readonly kind: 'signal'; readonly taskId: Hex; readonly signal: string; readonly payload: Json }
  | { readonly kind: 'answer'; readonly taskId: Hex; readonly subtaskId: string; readonly answer: Json }

/**
 * The payload or the answer with sealed what the task's wait or question marks as restricted, as its log has them. What the task does
 * not wait for stays as it is, and is refused.
 * @throws EntenteError SIGNAL_REFUSED, ANSWER_INVALID, SEAL_UNFIT
 */
export async function sealWord(giver: Giver, word: Word): Promise<Json> {
  const { taskId } = word
  const task = fold(unknownTask(taskId), await readEvents(await jetstreamManager(giver.nc), taskId))
  if (word.kind === 'answer') {
    const schema = task.subtasks.get(word.subtaskId)?.question?.answerSchema
    return sealGiven(giver, schema, word.answer, { taskId }, 'ANSWER_INVALID')
  }
  return sealGiven(giver, payloadSchema(task, word.signal), word.payload, { taskId }, 'SIGNAL_REFUSED')
}

function payloadSchema({ plan, subtasks }: Task, signal: string) {
  for (const { id, wait } of plan?.waits ?? [])
    if ('event' in wait && wait.event === signal && subtasks.get(id)?.phase === 'awaiting') return wait.payload
  return undefined
}
