import { jetstreamManager } from '@nats-io/jetstream'
import { afterEach, describe, expect, test } from 'vitest'
import type { Gateway } from '../../gateway/gateway.ts'
import { connectRpc } from '../../gateway/rpc.ts'
import type { Hex } from '../../protocol/hash.ts'
import { streams } from '../../protocol/subjects.ts'
import { awaitOutcome, submitIntent } from '../../stack/chain-intent.ts'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'
import { mint, recordsOf, statesOf, supply } from './token.ts'
import { withGateway } from './with-gateway.ts'

const { world, start } = withGateway()
const patience = { timeoutMs: 40_000 }
let proxy: FaultProxy
const started: Gateway[] = []

async function startOne(): Promise<Gateway> {
  const gateway = await start({ rpc: connectRpc(proxy.url, { timeoutMs: 1_000 }) })
  started.push(gateway)
  return gateway
}

afterEach(async () => {
  for (const gateway of started.splice(0)) await gateway.stop()
  await proxy.stop()
})

const send = async (name: string) => (await submitIntent(world().nc, mint(world(), name), patience)).messageId
const reached = (messageId: Hex, state: string, timeout = 15_000) =>
  expect.poll(() => statesOf(world(), messageId), { timeout, interval: 20 }).toContain(state)

async function withoutBlocks(work: () => Promise<void>): Promise<void> {
  await world().rpc('evm_setIntervalMining', [0])
  await work().finally(() => world().rpc('evm_setIntervalMining', [1]))
}

describe('a node that says less than there is', () => {
  test('that a message has no receipt is not believed while its number is used: it has no second effect', async () => {
    proxy = await startFaultProxy(world().servers.stack.urls.chain)
    const gateway = await startOne()
    const before = await supply(world())
    let messageId: Hex
    await withoutBlocks(async () => {
      messageId = await send('receipt comes late')
      await reached(messageId, 'POOLED')
      await gateway.stop()
    })
    // Mined, and final, while no gateway looks; whoever is asked for the receipt then lags behind whoever counts.
    await expect.poll(() => supply(world()), { timeout: 10_000 }).toBe(before + 1n)
    await world().rpc('anvil_mine', ['0x4'])
    proxy.alter((method, result) => (method === 'eth_getTransactionReceipt' ? null : result))
    await startOne()
    await awaitOutcome(world().nc, messageId!, patience)
    expect(await statesOf(world(), messageId!)).not.toContain('REPLACED')
    expect(await supply(world())).toBe(before + 1n)
  })
})

describe('what nothing would have ended', () => {
  test('one that was dropped where no block comes is sent again after a while', async () => {
    proxy = await startFaultProxy(world().servers.stack.urls.chain)
    await startOne()
    await withoutBlocks(async () => {
      const messageId = await send('no blocks')
      await reached(messageId, 'POOLED')
      await world().rpc('anvil_dropAllTransactions', [])
      const { txHash } = (await recordsOf(world(), messageId)).find(({ state }) => state === 'SIGNED')!
      const pooled = () => world().rpc<unknown>('eth_getTransactionByHash', [txHash])
      expect(await pooled()).toBeNull()
      await expect.poll(pooled, { timeout: 30_000, interval: 200 }).not.toBeNull()
    })
  })

  test('a gateway starts though the log of messages was purged', async () => {
    proxy = await startFaultProxy(world().servers.stack.urls.chain)
    const first = await startOne()
    await awaitOutcome(world().nc, await send('before the purge'), patience)
    await first.stop()
    await (await jetstreamManager(world().nc)).streams.purge(streams.chainTx)
    await startOne()
    await awaitOutcome(world().nc, await send('after the purge'), patience)
  })

  test('an intent that no pool would take is refused at the door, and holds up nobody', async () => {
    proxy = await startFaultProxy(world().servers.stack.urls.chain)
    await startOne()
    const data = `0x${'ab'.repeat(300_000)}`
    const intent = {
      ...mint(world(), 'large'),
      contract: 'AccessManager',
      call: 'execute',
      args: [world().deployment.addresses.EntenteToken, data],
      gasLimit: '20000000',
    }
    await expect(submitIntent(world().nc, intent, patience)).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' })
    await awaitOutcome(world().nc, await send('after the large one'), patience)
  })
})
