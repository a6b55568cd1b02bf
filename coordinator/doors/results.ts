import { z } from 'zod'
import { Answer } from '../../protocol/answer.ts'
import { asRead } from '../../protocol/canonical.ts'
import type { Hex } from '../../protocol/hash.ts'
import { TaskId } from '../../protocol/ids.ts'
import { KeyAnswer } from '../../protocol/key-release.ts'
import { streams } from '../../protocol/subjects.ts'
import { parseJson } from '../../stack/parse-json.ts'
import { largestAnswer } from '../../stack/payload.ts'
import { consume } from '../consume.ts'
import { faultOfAnswer } from '../flow/check-answer.ts'
import { type Standing, standingOf } from '../flow/fence.ts'
import type { World } from '../react/context.ts'
import { takeKeys } from './keys.ts'
import { refuse } from './refuse.ts'

const AnyAnswer = z.discriminatedUnion('kind', [Answer, KeyAnswer])

/** The durable consumer by which coordinators share these messages. */
export const resultsConsumer = 'coordinator'

/**
 * Answers of agents come in. One that does not count is refused, by a signed word to its agent; one that came again is
 * passed over in silence; what is no answer, or of an agent that is not active, is left out.
 */
export function resultsDoor(world: World) {
  const { log, directory } = world
  return consume(world, {
    stream: streams.results,
    durable: resultsConsumer,
    subject: 'ent.result.>',
    keyOf: ({ subject }) => subject.split('.')[2]!,
    async take(message) {
      const [, , taskId, , agentId] = message.subject.split('.') as [string, string, Hex, string, string]
      const answer = TaskId.safeParse(taskId).success ? parseJson(AnyAnswer, message.data) : null
      if (answer?.kind === 'release' || answer?.kind === 'withheld') return takeKeys(world, taskId, agentId, answer)
      if (!answer) return log.warn({ subject: message.subject }, 'what is no answer was left out')
      if (!directory.current().agents.get(agentId)?.active) {
        return log.warn({ subject: message.subject }, 'the answer of an agent that is not active was left out')
      }
      // As its event will have it: what is made of it once is kept.
      const isTooLarge = message.data.length > largestAnswer(world.nc)
      const standing = await receive(world, taskId, agentId, asRead(answer), isTooLarge)
      if (standing === 'counts' || standing === 'repeated') return
      log.warn({ subject: message.subject, standing }, 'an answer was refused')
      await refuse(world, agentId, answer, standing)
    },
  })
}

/** Takes the answer to its task. What does not count brings about nothing, so `handle` asks on the log as it stands. */
async function receive(
  { handle, domain }: World,
  taskId: Hex,
  agentId: string,
  answer: Answer,
  isTooLarge: boolean,
): Promise<Standing> {
  let standing: Standing = 'NOT_ASSIGNED'
  await handle(taskId, task => {
    const atMs = Date.now()
    standing = standingOf(task, agentId, answer, atMs)
    if (standing === 'counts' && isTooLarge) standing = 'TOO_LARGE'
    if (standing === 'counts' && faultOfAnswer(task, agentId, answer, domain)) standing = 'RECEIPT_MISMATCH'
    return standing === 'counts' ? { type: 'receive', atMs, agentId, answer } : null
  })
  return standing
}
