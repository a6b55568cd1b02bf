import { z } from 'zod'
import { Answer } from '../../protocol/answer.ts'
import { asRead } from '../../protocol/canonical.ts'
import type { Hex } from '../../protocol/hash.ts'
import { TaskId } from '../../protocol/ids.ts'
import { KeyAnswer } from '../../protocol/key-release.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { parseJson } from '../../stack/parse-json.ts'
import { largestAnswer } from '../../stack/payload.ts'
import { consume, type Taken } from '../consume.ts'
import { faultOfAnswer } from '../flow/check-answer.ts'
import { type Standing, standingOf } from '../flow/fence.ts'
import type { Unheard } from '../flow/unheard.ts'
import type { World } from '../react/context.ts'
import { openHandOver } from './hand-over.ts'
import { takeKeys } from './keys.ts'
import { refuse } from './refuse.ts'

const AnyAnswer = z.discriminatedUnion('kind', [Answer, KeyAnswer])

/** The durable consumer by which coordinators share these messages. */
export const resultsConsumer = 'coordinator'

/**
 * Answers of agents come in. One that does not count is refused, by a signed word to its agent; one that came again is
 * passed over in silence; what is no answer, or of an agent that is not active, is left out.
 */
export async function resultsDoor(world: World) {
  const handOver = openHandOver(world, message => takeAnswer(world, message))
  const consumer = await consume(world, {
    stream: streams.results,
    durable: resultsConsumer,
    subject: 'ent.result.>',
    keyOf: ({ subject }) => subject.split('.')[2]!,
    take: handOver.take,
  })
  return {
    take: consumer.take,
    async stop(): Promise<void> {
      await Promise.all([consumer.stop(), handOver.stop()])
    },
  }
}

async function takeAnswer(world: World, message: Taken): Promise<void> {
  const heard = await hear(world, message)
  if (!heard || heard.standing === 'counts' || heard.standing === 'repeated') return
  const { agentId, answer, standing } = heard
  world.log.warn({ subject: message.subject, standing }, 'an answer was refused')
  await refuse(world, agentId, answer, standing)
}

/**
 * Takes what is in the stream of those who are about to be called silent. A coordinator that was away, or has much to do, may see
 * their deadline pass before it sees what they said in time.
 */
export async function hearUnheard(world: World, taskId: Hex, unheard: readonly Unheard[]): Promise<void> {
  await Promise.all(
    unheard.map(async ({ subtaskId, agentId, deadlineMs }) => {
      const last_by_subj = subjects.result(taskId, subtaskId, agentId)
      const message = await world.jsm.streams.getMessage(streams.results, { last_by_subj })
      if (message && message.time.getTime() <= deadlineMs) await hear(world, message)
    }),
  )
}

interface Heard {
  readonly agentId: string
  readonly answer: Answer
  readonly standing: Standing
}

/** How the answer of an agent stands; null for what is none. */
async function hear(world: World, message: Taken): Promise<Heard | null> {
  const { subject, data } = message
  const { log, directory } = world
  const [, , taskId, , agentId] = subject.split('.') as [string, string, Hex, string, string]
  const answer = TaskId.safeParse(taskId).success ? parseJson(AnyAnswer, data) : null
  if (answer?.kind === 'release' || answer?.kind === 'withheld') {
    await takeKeys(world, taskId, agentId, answer, message.time?.getTime())
    return null
  }
  if (!answer || !directory.current().agents.get(agentId)?.active) {
    log.warn(
      { subject },
      answer ? 'the answer of an agent that is not active was left out' : 'what is no answer was left out',
    )
    return null
  }
  const isTooLarge = data.length > largestAnswer(world.nc)
  // As its event will have it: what is made of it once is kept.
  return { agentId, answer, standing: await receive(world, taskId, agentId, asRead(answer), isTooLarge) }
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
