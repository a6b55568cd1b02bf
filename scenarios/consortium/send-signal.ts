import { contentHash, type Json } from '../../protocol/canonical.ts'
import { signDocument, signingDomain } from '../../protocol/documents.ts'
import type { Hex } from '../../protocol/hash.ts'
import { sendCommand } from '../../stack/send-command.ts'
import { giverOf, type Ordering } from './make-order.ts'
import { sealWord } from './seal-words.ts'

/**
 * Tells a task that something has happened which it waits for, by a signature over what; what is restricted of it is sealed.
 * @throws EntenteError SIGNAL_NOT_AWAITED, SIGNAL_REFUSED, SEAL_UNFIT, TASK_CLOSED
 */
export async function sendSignal(
  ground: Pick<Ordering, 'nc' | 'chain' | 'directory' | 'keeper'>,
  { taskId, signal, payload: plain }: { readonly taskId: Hex; readonly signal: string; readonly payload: Json },
  sender: { readonly address: Hex; readonly privateKey: Hex },
): Promise<void> {
  const { nc, chain } = ground
  const word = { kind: 'signal', taskId, signal, payload: plain } as const
  const payload = await sealWord(giverOf(ground, sender.address), word)
  const atMs = Date.now()
  const document = { taskId, signal, payloadHash: contentHash(payload), atMs }
  const domain = signingDomain(chain.chainId, chain.contractRegistry)
  const signature = signDocument(domain, 'Signal', document, sender.privateKey)
  await sendCommand(nc, 'signal', { taskId, signal, payload, atMs, signer: sender.address, signature })
}
