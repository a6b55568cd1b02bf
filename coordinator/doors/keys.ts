import type { Hex } from '../../protocol/hash.ts'
import { type KeyAnswer, keyPlaceOf } from '../../protocol/key-release.ts'
import { answerKeys, isSignedByMaker } from '../flow/seal/answer-keys.ts'
import type { World } from '../react/context.ts'

/** What the maker of a sealed value answers. What does not count is said in the log, and has no other consequence. */
export async function takeKeys(world: World, taskId: Hex, agentId: string, answer: KeyAnswer): Promise<void> {
  const { handle, domain, log } = world
  let counted = false
  await handle(taskId, task => {
    const command = { type: 'answerKeys', atMs: Date.now(), agentId, answer } as const
    counted = isSignedByMaker(task, agentId, answer, domain) && answerKeys(task, command).length > 0
    return counted ? command : null
  })
  if (!counted) log.warn({ ...keyPlaceOf(answer), kind: answer.kind }, 'an answer to a request for keys does not count')
}
