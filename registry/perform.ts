import type { NatsConnection } from '@nats-io/nats-core'
import type { ChainIntent } from '../protocol/chain-message.ts'
import { awaitOutcome, completeMessage, submitIntent } from '../stack/chain-intent.ts'

const TIMEOUT_MS = 60_000

/** A call in the consortium's own name: by its governor, or the admin of a domain, whose key the gateway holds. */
export type Step = Omit<ChainIntent, 'tenant' | 'value' | 'prove'>

/**
 * Has the gateway do it, and waits until it is final. The same step again is the same message, and done already.
 *
 * @throws EntenteError CHAIN_REVERTED with the contract's reason, CHAIN_SLOW
 */
export async function perform(nc: NatsConnection, step: Step): Promise<void> {
  const { messageId } = await submitIntent(nc, { tenant: 'consortium', ...step })
  await awaitOutcome(nc, messageId, { timeoutMs: TIMEOUT_MS })
  await completeMessage(nc, messageId)
}
