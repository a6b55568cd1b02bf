import { expect } from 'vitest'
import type { Hex } from '../../protocol/hash.ts'
import { nonceOf } from './token.ts'
import type { World } from './with-gateway.ts'

/** A transaction of the governor that the gateway knows nothing of, under the next number of the chain; mined. */
export async function sendForeign(world: World, call?: { to: Hex; data: Hex; gasLimit: bigint }): Promise<Hex> {
  const { rpc, signers, governor } = world
  const { raw, txHash } = await signers.byAddress.get(governor)!.signTransaction({
    chainId: Number(await rpc('eth_chainId', [])),
    nonce: await nonceOf(world, governor),
    ...(call ? { ...call, value: 0n } : { to: signers.relayer, data: '0x', value: 1n, gasLimit: 21_000n }),
    maxFeePerGas: 10n ** 13n,
    maxPriorityFeePerGas: 10n ** 10n,
  })
  await rpc('eth_sendRawTransaction', [raw])
  await expect.poll(() => rpc('eth_getTransactionReceipt', [txHash]), { timeout: 10_000 }).not.toBeNull()
  return txHash
}
