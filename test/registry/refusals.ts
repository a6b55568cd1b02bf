import { setTimeout as sleep } from 'node:timers/promises'
import type { NatsConnection } from '@nats-io/nats-core'

/** What the server says when this connection publishes there, or nothing. */
export async function refusalOfPublish(nc: NatsConnection, subject: string): Promise<string | undefined> {
  return refusal(nc, () => nc.publish(subject, '{}'))
}

export async function refusalOfSubscribe(nc: NatsConnection, subject: string): Promise<string | undefined> {
  return refusal(nc, () => void nc.subscribe(subject, { callback: () => {} }))
}

async function refusal(nc: NatsConnection, act: () => void): Promise<string | undefined> {
  const status = nc.status()[Symbol.asyncIterator]()
  const next = status.next()
  act()
  // The server handles a connection's messages in order: a refusal comes before the answer to this ping.
  await nc.flush()
  const said = await Promise.race([next, sleep(20, undefined)])
  await status.return?.()
  return said?.value?.type === 'error' ? String(said.value.error.message) : undefined
}
