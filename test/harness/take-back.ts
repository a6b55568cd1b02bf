import { setTimeout as sleep } from 'node:timers/promises'
import type { Rpc } from '../../gateway/rpc.ts'

/** Waits until anvil has just made a block by its own timer. @returns its number */
export async function freshBlock(rpc: Rpc): Promise<number> {
  const height = async () => Number(await rpc<string>('eth_blockNumber', []))
  const before = await height()
  for (;;) {
    const now = await height()
    if (now !== before) return now
    await sleep(5)
  }
}

/**
 * Has anvil, which makes blocks by its own timer, take so many back: just after a block, for one that comes in the middle
 * leaves the chain in pieces (`mine-by-hand.ts`).
 */
export async function takeBack(rpc: Rpc, blocks: number): Promise<void> {
  await freshBlock(rpc)
  await rpc('anvil_reorg', [blocks, []])
}
