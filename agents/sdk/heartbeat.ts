import type { NatsConnection } from '@nats-io/nats-core'
import { subjects } from '../../protocol/subjects.ts'
import type { ExecuteItem } from './work-items.ts'

/**
 * Says that this process lives and has the work in hand, as often as its template asks twice over: one that is lost makes
 * nobody dead. Sent over core NATS, and kept nowhere.
 *
 * @returns how to end it
 */
export function beatWhile(nc: NatsConnection, item: ExecuteItem): () => void {
  const { taskId, subtaskId, agentId, attempt, heartbeatMs } = item
  if (heartbeatMs === undefined) return () => {}
  const beat = () => {
    if (!nc.isClosed()) nc.publish(subjects.heartbeat(taskId, subtaskId, agentId), JSON.stringify({ attempt }))
  }
  beat()
  const timer = setInterval(beat, heartbeatMs / 2)
  return () => clearInterval(timer)
}
