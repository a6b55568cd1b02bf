import { AckPolicy, DeliverPolicy, type JsMsg, jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { serveAgent } from '../../../agents/sdk/serve.ts'
import { Answer } from '../../../protocol/answer.ts'
import type { WorkItem } from '../../../protocol/assignment.ts'
import { contentHash, type Json } from '../../../protocol/canonical.ts'
import { type Hex, sha256 } from '../../../protocol/hash.ts'
import { streams, subjects } from '../../../protocol/subjects.ts'
import { type Consortium, log, type Member, publishJson } from '../../registry/consortium.ts'

export type Execute = Extract<WorkItem, { kind: 'execute' }>

let tasks = 0

/** A task id that no other test uses. */
export function newTaskId(): Hex {
  tasks += 1
  return sha256(`task ${process.pid} ${tasks}`)
}

export function executeItem(
  member: Pick<Member, 'agentId'>,
  skill: string,
  input: Json,
  more: Partial<Execute> = {},
): Execute {
  return {
    kind: 'execute',
    taskId: newTaskId(),
    subtaskId: 'one',
    attempt: 1,
    agentId: member.agentId,
    skill,
    input,
    inputHash: contentHash(input),
    answer: 'result',
    deadlineMs: Date.now() + 20_000,
    ...more,
  }
}

export const revealOf = ({ taskId, subtaskId, attempt, agentId }: Execute, withinMs = 10_000): WorkItem => ({
  kind: 'reveal',
  taskId,
  subtaskId,
  attempt,
  agentId,
  deadlineMs: Date.now() + withinMs,
})

/** Puts an item into its agent's queue, as a coordinator does. */
export function send(nc: NatsConnection, item: WorkItem): Promise<void> {
  return publishJson(nc, subjects.work(item.agentId), item)
}

/** The stored answers to one task, as they come. */
export async function answersTo(nc: NatsConnection, taskId: string) {
  const jsm = await jetstreamManager(nc)
  const info = await jsm.consumers.add(streams.results, {
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.All,
    filter_subject: `ent.result.${taskId}.>`,
    mem_storage: true,
  })
  const consumer = jetstream(nc).consumers.getConsumerFromInfo(info)
  return {
    async next(timeoutMs = 15_000): Promise<Answer> {
      const message: JsMsg | null = await consumer.next({ expires: timeoutMs })
      if (!message) throw new Error(`no answer in ${timeoutMs} ms`)
      return Answer.parse(message.json())
    },
    /** True when nothing comes for a while; the server's shortest wait is a second. */
    async isSilent(): Promise<boolean> {
      return (await consumer.next({ expires: 1_000 })) === null
    },
  }
}

/** Items that lie in the agent's queue: those not delivered, and those not acknowledged. */
export async function queued(nc: NatsConnection, agentId: string): Promise<number> {
  const jsm = await jetstreamManager(nc)
  const { num_pending, num_ack_pending } = await jsm.consumers.info(streams.work, `agent-${agentId}`)
  return num_pending + num_ack_pending
}

export function serve({ url, enrolCreds }: Consortium, { definition, agentId, key }: Member, concurrency = 4) {
  return serveAgent(definition, {
    natsUrl: url,
    enrolCreds,
    agentId,
    privateKey: key.privateKey,
    concurrency,
    log,
  })
}
