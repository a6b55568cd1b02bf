import { setTimeout as sleep } from 'node:timers/promises'
import type { Rpc } from '../../gateway/rpc.ts'

/**
 * Has anvil, which makes blocks by its own timer, take so many back: just after a block, for one that comes in the middle
 * leaves the chain in pieces (`mine-by-hand.ts`).
 */
export async function takeBack(rpc: Rpc, blocks: number): Promise<void> {
  const height = () => rpc<string>('eth_blockNumber', [])
  const before = await height()
  while ((await height()) === before) await sleep(5)
  await rpc('anvil_reorg', [blocks, []])
}
