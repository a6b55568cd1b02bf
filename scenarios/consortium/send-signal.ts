import type { NatsConnection } from '@nats-io/nats-core'
import { contentHash, type Json } from '../../protocol/canonical.ts'
import type { ChainInfo } from '../../protocol/chain-message.ts'
import { signDocument, signingDomain } from '../../protocol/documents.ts'
import type { Hex } from '../../protocol/hash.ts'
import { sendCommand } from '../../stack/send-command.ts'

/**
 * Tells a task that something has happened which it waits for, by a signature over what.
 * @throws EntenteError SIGNAL_NOT_AWAITED, SIGNAL_REFUSED, TASK_CLOSED
 */
export async function sendSignal(
  { nc, chain }: { readonly nc: NatsConnection; readonly chain: ChainInfo },
  { taskId, signal, payload }: { readonly taskId: Hex; readonly signal: string; readonly payload: Json },
  sender: { readonly address: Hex; readonly privateKey: Hex },
): Promise<void> {
  const atMs = Date.now()
  const document = { taskId, signal, payloadHash: contentHash(payload), atMs }
  const domain = signingDomain(chain.chainId, chain.contractRegistry)
  const signature = signDocument(domain, 'Signal', document, sender.privateKey)
  await sendCommand(nc, 'signal', { taskId, signal, payload, atMs, signer: sender.address, signature })
}
