import type { JsMsg } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { subjects } from '../../protocol/subjects.ts'
import type { ExecuteItem } from './work-items.ts'

/**
 * Says that this process lives and has the work in hand, as often as its template asks twice over: one that is lost makes
 * nobody dead. Work that is done before the first says so itself. Sent over core NATS, and kept nowhere.
 *
 * @param delivery of the work: where it comes again its agent has been silent for a while, so the first is sent at once
 * @returns how to end it
 */
export function beatWhile(nc: NatsConnection, item: ExecuteItem, delivery: JsMsg): () => void {
  const { taskId, subtaskId, agentId, attempt, heartbeatMs } = item
  if (heartbeatMs === undefined) return () => {}
  const beat = () => {
    if (!nc.isClosed()) nc.publish(subjects.heartbeat(taskId, subtaskId, agentId), JSON.stringify({ attempt }))
    timer = setTimeout(beat, heartbeatMs / 2)
  }
  let timer = setTimeout(beat, delivery.redelivered ? 0 : heartbeatMs / 4)
  return () => clearTimeout(timer)
}
