import { type JsMsg, jetstream } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { identityOf } from '../../agents/sdk/identity.ts'
import { publishAnswer } from '../../agents/sdk/publish-answer.ts'
import { signFailure, signResult } from '../../agents/sdk/sign-answer.ts'
import type { Answer } from '../../protocol/answer.ts'
import { WorkItem } from '../../protocol/assignment.ts'
import { contentHash, type Json } from '../../protocol/canonical.ts'
import type { RefusalReason } from '../../protocol/refusal.ts'
import { streams, subjects, workConsumer } from '../../protocol/subjects.ts'
import type { Execute } from '../agents/sdk/office.ts'
import { type Consortium, chain, connectAs, type Member } from '../registry/consortium.ts'

/**
 * An agent's process that heeds no deadline, no cancellation and no refusal: it holds the agent's own key and credentials,
 * and nothing of the SDK that would keep it from doing wrong.
 */
export async function startBareWorker(consortium: Consortium, member: Member) {
  const nc: NatsConnection = await connectAs(consortium, member)
  const js = jetstream(nc)
  const identity = identityOf(member.agentId, member.key.privateKey, chain)
  const consumer = await js.consumers.get(streams.work, workConsumer(member.agentId))

  return {
    nc,
    /** The next item of the queue, unacknowledged; null when none comes. */
    async next(timeoutMs = 10_000): Promise<{ item: WorkItem; message: JsMsg } | null> {
      const message = await consumer.next({ expires: timeoutMs })
      return message && { item: WorkItem.parse(message.json()), message }
    },
    async take(): Promise<{ item: Execute; message: JsMsg }> {
      const next = await this.next()
      if (next?.item.kind !== 'execute') throw new Error(`there is no work for agent ${member.agentId}`)
      return next as { item: Execute; message: JsMsg }
    },
    /** Why its next answer that does not count does not; calls to stop are passed over. */
    async nextRefusal(): Promise<RefusalReason | undefined> {
      for (let next = await this.next(); next; next = await this.next()) {
        next.message.ack()
        if (next.item.kind === 'refusal') return next.item.refusal.reason
      }
      return undefined
    },
    resultOf(item: Execute, output: Json): Answer {
      const times = { startedAtMs: Date.now() - 5, finishedAtMs: Date.now() }
      const done = { kind: 'done' as const, output, outputHash: contentHash(output), ...times }
      return signResult(identity, attemptOf(item), item.inputHash, done, 'execute')
    },
    failureOf: (item: Execute, reason: string, retry: boolean): Answer =>
      signFailure(identity, attemptOf(item), item.inputHash, { reason, retry }),
    /** Sends an answer as the SDK does; `again` under an id that no de-duplication knows. */
    async send(item: Execute, answer: Answer, again = ''): Promise<void> {
      if (again) {
        const subject = subjects.result(item.taskId, item.subtaskId, member.agentId)
        await js.publish(subject, JSON.stringify(answer), { msgID: again })
      } else await publishAnswer(js, item, member.agentId, answer, () => true)
    },
    stop: () => nc.close(),
  }
}

const attemptOf = ({ taskId, subtaskId, attempt }: Execute) => ({ taskId, subtaskId, attempt })
