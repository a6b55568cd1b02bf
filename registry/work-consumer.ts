import { AckPolicy, DeliverPolicy, jetstreamManager } from '@nats-io/jetstream'
import { type NatsConnection, nanos } from '@nats-io/nats-core'
import { streams, subjects, workConsumer } from '../protocol/subjects.ts'
import { ackWaitMs } from './agent-permissions.ts'

const MAX_DELIVERIES = 10
const MAX_UNACKED = 512

/** The agent's durable queue. Adding what is there with the same settings changes nothing. */
export async function ensureWorkConsumer(nc: NatsConnection, agentId: string): Promise<void> {
  const jsm = await jetstreamManager(nc, { checkAPI: false })
  await jsm.consumers.add(streams.work, {
    durable_name: workConsumer(agentId),
    filter_subject: subjects.work(agentId),
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(ackWaitMs),
    max_deliver: MAX_DELIVERIES,
    max_ack_pending: MAX_UNACKED,
  })
}
