import { z } from 'zod'
import { EntenteError } from '../../protocol/errors.ts'
import { Address, Bytes32 } from '../../protocol/ids.ts'
import { parseJson } from '../../stack/parse-json.ts'
import type { RpcReceipt } from '../block.ts'
import type { Pipeline } from '../pipeline.ts'

/** A transaction under a key of ours that no message has: somebody else has the key, or sent by hand. */
export const Stray = z.object({ txHash: Bytes32, signer: Address, blockNumber: z.int(), seenAtMs: z.int() })
export type Stray = z.infer<typeof Stray>

/** `ent.chain.accept`. */
export const Acceptance = z.object({ txHash: Bytes32, reason: z.string().min(1).max(200) })

/** Scan C: what is on chain from a signer that is numbered for here, and unknown, is kept until somebody has looked into it. */
export function noteStray(pipeline: Pipeline, { transactionHash: txHash, from, blockNumber }: RpcReceipt): void {
  const { signers, leases, desk, ledger, log, strays } = pipeline
  if (!signers.byAddress.has(from) || !leases.holds(from) || desk.knewTransaction(txHash)) return
  if (ledger.knewTransaction(txHash)) return
  if ([...ledger.open()].some(({ life }) => life.attempts.some(attempt => attempt.txHash === txHash))) return
  const stray: Stray = { txHash, signer: from, blockNumber: Number(blockNumber), seenAtMs: Date.now() }
  log.error(stray, 'a transaction under a key of ours that nobody asked us for')
  void strays.put(txHash, JSON.stringify(stray)).catch(error => log.error({ err: error, txHash }, 'not kept'))
}

/** An operator has found out whose transaction it was. The reason is logged; the transaction is not shown any more. */
export async function acceptStray({ strays, log }: Pipeline, { txHash, reason }: z.infer<typeof Acceptance>) {
  const entry = await strays.get(txHash)
  if (entry?.operation !== 'PUT') throw new EntenteError('NOT_FOUND', `no difference is about transaction ${txHash}`)
  await strays.delete(txHash)
  log.warn({ txHash, reason }, 'a transaction that was not ours is accepted')
  return { txHash, reason }
}

export async function readStrays({ strays }: Pick<Pipeline, 'strays'>): Promise<Stray[]> {
  const found: Stray[] = []
  for await (const key of await strays.keys()) {
    const entry = await strays.get(key)
    const stray = entry?.operation === 'PUT' ? parseJson(Stray, entry.value) : null
    if (stray) found.push(stray)
  }
  return found
}
