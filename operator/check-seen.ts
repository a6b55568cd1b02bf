import { readTask } from '../coordinator/views/read-task.ts'
import { EntenteError } from '../protocol/errors.ts'
import type { Surroundings } from './surroundings.ts'

const kinds = {
  approvals: { code: 'APPROVAL_NOT_OPEN', name: 'approval' },
  questions: { code: 'QUESTION_NOT_OPEN', name: 'question' },
} as const

/**
 * Nothing is signed that is known to be about another content than what was looked at. What the read model does not know
 * yet is left to the coordinator, which asks the log.
 *
 * @param contentHash of what the caller has looked at
 * @throws EntenteError APPROVAL_NOT_OPEN, QUESTION_NOT_OPEN
 */
export async function checkSeen(
  { db }: Surroundings,
  kind: keyof typeof kinds,
  { taskId, subtaskId, contentHash }: { taskId: string; subtaskId: string; contentHash: string },
): Promise<void> {
  const asked = (await readTask(db, taskId))?.[kind].findLast(each => each.subtaskId === subtaskId)
  if (!asked || (asked.contentHash === contentHash && asked.answeredAtMs === null)) return
  const { code, name } = kinds[kind]
  const why = asked.answeredAtMs === null ? `it is about ${asked.contentHash}` : 'it was answered already'
  throw new EntenteError(code, `no ${name} of ${contentHash} is open for ${subtaskId}: ${why}`)
}
