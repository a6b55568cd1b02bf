import type { ChainEvent } from '../../protocol/chain-event.ts'
import type { Ground } from './ground.ts'
import type { Listener } from './listener.ts'
import { signWebhook } from './sign.ts'
import { webhookOf } from './webhook.ts'

/**
 * Tells a listener of an event, once.
 *
 * @throws NotTaken
 */
export async function attempt(
  { post, limits }: Pick<Ground, 'post' | 'limits'>,
  { url, secret }: Listener,
  { event, sequence }: { event: ChainEvent; sequence: number },
  signal?: AbortSignal,
): Promise<void> {
  const { id, body } = webhookOf(event, sequence)
  const inTime = AbortSignal.timeout(limits.attemptMs)
  await post(url, signWebhook(secret, id, body, Date.now()), body, signal ? AbortSignal.any([inTime, signal]) : inTime)
}
