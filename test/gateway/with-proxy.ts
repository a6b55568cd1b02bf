import { afterEach, beforeEach, expect } from 'vitest'
import type { Gateway } from '../../gateway/gateway.ts'
import { connectRpc } from '../../gateway/rpc.ts'
import type { ChainRecord } from '../../protocol/chain-message.ts'
import type { Hex } from '../../protocol/hash.ts'
import { awaitOutcome, submitIntent } from '../../stack/chain-intent.ts'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'
import { mint, recordsOf, statesOf, supply } from './token.ts'
import { withGateway } from './with-gateway.ts'

export const rpcTimeoutMs = 1_000
const patience = { timeoutMs: 30_000 }

/** For each test a gateway whose node stands behind a proxy that fails as it is told; three blocks make a block final. */
export function withProxy() {
  const { world, start } = withGateway()
  let proxy: FaultProxy
  let gateway: Gateway | undefined
  let before = 0n

  beforeEach(async () => {
    proxy = await startFaultProxy(world().servers.stack.urls.chain)
    gateway = await start({ rpc: connectRpc(proxy.url, { timeoutMs: rpcTimeoutMs }), finalityBlocks: 3 })
    before = await supply(world())
  })
  afterEach(async () => {
    proxy.inject()
    proxy.alter()
    await gateway?.stop()
    await proxy.stop()
  })

  return {
    world,
    proxy: () => proxy,
    send: async (name: string) => (await submitIntent(world().nc, mint(world(), name), patience)).messageId,
    outcome: (messageId: Hex) => awaitOutcome(world().nc, messageId, patience),
    reached: (messageId: Hex, state: string) =>
      expect.poll(() => statesOf(world(), messageId), { timeout: 15_000, interval: 20 }).toContain(state),
    /** What the messages of this test have had for an effect. */
    minted: async () => (await supply(world())) - before,
    /** Each transaction that was signed for a message. */
    attempts: async (messageId: Hex): Promise<ChainRecord[]> =>
      (await recordsOf(world(), messageId)).filter(({ state }) => state === 'SIGNED'),
    /** Blocks come only when they are asked for, until `work` is done. */
    async withoutBlocks<T>(work: (mine: () => Promise<unknown>) => Promise<T>): Promise<T> {
      await world().rpc('evm_setIntervalMining', [0])
      try {
        return await work(() => world().rpc('anvil_mine', []))
      } finally {
        await world().rpc('evm_setIntervalMining', [1])
      }
    },
  }
}
