import { countAll } from './count.ts'
import type { Life } from './life.ts'
import type { Pipeline } from './pipeline.ts'
import { NodeError } from './rpc.ts'

/**
 * A chain that came back from a crash without its last blocks has lost what was final for us. Its transactions are sent
 * again, the very bytes: where the chain has them after all nothing happens, and where it has not their effects return,
 * and the numbers above them are free to go on. Their records stay as they are; that they were lost is an alarm.
 */
export async function restore({ rpc, log }: Pick<Pipeline, 'rpc' | 'log'>, lost: readonly Life[]): Promise<void> {
  // Another gateway may have gone on while the log was read.
  const counts = await countAll(rpc, new Set(lost.map(({ signer }) => signer!)))
  for (const { messageId, signer, nonce, attempts, mined } of lost) {
    if (nonce! < counts.get(signer!)!) continue
    const attempt = attempts.find(each => each.txHash === mined?.txHash)
    if (attempt === undefined) continue
    log.error({ messageId, signer, nonce }, 'the chain has lost what was final; it is sent again')
    await rpc('eth_sendRawTransaction', [attempt.raw]).catch(error => {
      if (!(error instanceof NodeError)) throw error
      log.error({ messageId, err: error }, 'the node does not take it back')
    })
  }
}
