import type { Hex } from '../../protocol/hash.ts'
import { type KeyAnswer, keyPlaceOf } from '../../protocol/key-release.ts'
import { answerKeys, isSignedByMaker } from '../flow/seal/answer-keys.ts'
import type { World } from '../react/context.ts'

/**
 * What the maker of a sealed value answers. What does not count is said in the log, and has no other consequence; but of what was stored
 * in time, and read too late, the maker is not at fault.
 *
 * @param storedMs when the stream had it
 */
export async function takeKeys(
  world: World,
  taskId: Hex,
  agentId: string,
  answer: KeyAnswer,
  storedMs = Date.now(),
): Promise<void> {
  const { handle, domain, hearing, log } = world
  let counted = false
  let isLate = false
  await handle(taskId, task => {
    const command = { type: 'answerKeys', atMs: Date.now(), agentId, answer } as const
    const counts = (atMs: number) => answerKeys(task, { ...command, atMs }).length > 0
    const isSigned = isSignedByMaker(task, agentId, answer, domain)
    counted = isSigned && counts(command.atMs)
    isLate = isSigned && !counted && counts(storedMs)
    return counted ? command : null
  })
  if (isLate) hearing.late(taskId)
  if (!counted) log.warn({ ...keyPlaceOf(answer), kind: answer.kind }, 'an answer to a request for keys does not count')
}
