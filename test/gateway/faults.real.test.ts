import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Gateway } from '../../gateway/gateway.ts'
import { connectRpc } from '../../gateway/rpc.ts'
import type { Hex } from '../../protocol/hash.ts'
import { awaitOutcome, submitIntent } from '../../stack/chain-intent.ts'
import { type FaultProxy, startFaultProxy } from './fault-proxy.ts'
import { mint, nonceOf, recordsOf, statesOf, supply } from './token.ts'
import { withGateway } from './with-gateway.ts'

const { world, start } = withGateway()
const patience = { timeoutMs: 30_000 }
const RPC_TIMEOUT_MS = 1_000
let proxy: FaultProxy
let gateway: Gateway | undefined
let before = 0n

beforeEach(async () => {
  proxy = await startFaultProxy(world().servers.stack.urls.chain)
  // Three blocks on top, so that there is time to reorganise those that are not final.
  gateway = await start({ rpc: connectRpc(proxy.url, { timeoutMs: RPC_TIMEOUT_MS }), finalityBlocks: 3 })
  before = await supply(world())
})
afterEach(async () => {
  proxy.inject()
  await gateway?.stop()
  await proxy.stop()
})

const send = async (name: string) => (await submitIntent(world().nc, mint(world(), name), patience)).messageId
const outcome = (messageId: Hex) => awaitOutcome(world().nc, messageId, patience)
const reached = (messageId: Hex, state: string) =>
  expect.poll(async () => await statesOf(world(), messageId), { timeout: 15_000, interval: 20 }).toContain(state)
const minted = async () => (await supply(world())) - before

/** The transactions of a message: one hash for each attempt, however often each was sent. */
async function hashes(messageId: Hex): Promise<Set<string | undefined>> {
  const records = await recordsOf(world(), messageId)
  return new Set(records.filter(record => record.state === 'SIGNED').map(record => record.txHash))
}

describe('exactly one effect', () => {
  test('when the answer to a send is lost after the node has acted', async () => {
    let lost = 0
    proxy.inject(method => (method === 'eth_sendRawTransaction' && lost++ < 2 ? 'lose-answer' : 'pass'))
    const messageId = await send('lost answer')
    await outcome(messageId)
    expect(lost).toBeGreaterThan(0)
    expect(await statesOf(world(), messageId)).toContain('INDETERMINATE')
    expect((await hashes(messageId)).size).toBe(1)
    expect(await minted()).toBe(1n)
  })

  test('when the request itself is lost', async () => {
    let lost = 0
    proxy.inject(method => (method === 'eth_sendRawTransaction' && lost++ < 2 ? 'lose-request' : 'pass'))
    const messageId = await send('lost request')
    await outcome(messageId)
    expect(lost).toBe(3)
    expect((await hashes(messageId)).size).toBe(1)
    expect(await minted()).toBe(1n)
  })

  test('when the node stands still, and acts on all it was asked once it goes on', async () => {
    proxy.inject(method => (method === 'eth_estimateGas' ? 'pass' : 'hold'))
    const messageIds = await Promise.all(['still 1', 'still 2', 'still 3'].map(send))
    await Promise.all(messageIds.map(messageId => reached(messageId, 'ADMITTED')))
    await new Promise(resolve => setTimeout(resolve, 2 * RPC_TIMEOUT_MS))
    proxy.inject()
    proxy.release()
    await Promise.all(messageIds.map(outcome))
    expect(await minted()).toBe(3n)
  })

  test('when someone else uses the number with the same key', async () => {
    proxy.inject(method => (method === 'eth_sendRawTransaction' ? 'lose-request' : 'pass'))
    const messageId = await send('foreign')
    await reached(messageId, 'INDETERMINATE')
    await sendForeign(world().governor)
    proxy.inject()
    await outcome(messageId)
    expect(await statesOf(world(), messageId)).toContain('REPLACED')
    expect(await minted()).toBe(1n)
  })

  test('when the block is reorganised away before it is final', async () => {
    await world().rpc('evm_setIntervalMining', [0])
    const messageId = await send('reorganised')
    await reached(messageId, 'POOLED')
    await world().rpc('anvil_mine', [])
    await reached(messageId, 'MINED')
    await world().rpc('anvil_reorg', [1, []])
    await world().rpc('evm_setIntervalMining', [1])
    await outcome(messageId)
    expect(await statesOf(world(), messageId)).toContain('REORGED')
    expect((await hashes(messageId)).size).toBe(1)
    expect(await minted()).toBe(1n)
  })

  test('when the node drops a transaction, and forgets those after it', async () => {
    await world().rpc('evm_setIntervalMining', [0])
    const messageIds = await Promise.all(['dropped 1', 'dropped 2', 'dropped 3'].map(send))
    await Promise.all(messageIds.map(messageId => reached(messageId, 'POOLED')))
    const records = await Promise.all(messageIds.map(messageId => recordsOf(world(), messageId)))
    const signed = records.map(each => each.find(record => record.state === 'SIGNED')!)
    const first = signed.toSorted((a, b) => a.nonce! - b.nonce!)[0]!
    await world().rpc('anvil_dropTransaction', [first.txHash])
    await world().rpc('evm_setIntervalMining', [1])
    await Promise.all(messageIds.map(outcome))
    const dropped = await recordsOf(world(), first.messageId)
    expect(dropped.map(record => record.cause)).toContain('dropped from the pool')
    for (const messageId of messageIds) expect((await hashes(messageId)).size).toBe(1)
    expect(await minted()).toBe(3n)
  })

  test('when the base fee rises above what was offered', async () => {
    await world().rpc('evm_setIntervalMining', [0])
    const messageId = await send('priced out')
    await reached(messageId, 'POOLED')
    await world().rpc('anvil_setNextBlockBaseFeePerGas', ['0x2540be400000'])
    await world().rpc('anvil_mine', [])
    await world().rpc('evm_setIntervalMining', [1])
    await outcome(messageId)
    const records = (await recordsOf(world(), messageId)).filter(record => record.state === 'SIGNED')
    expect(records.length).toBeGreaterThan(1)
    expect(new Set(records.map(record => record.nonce)).size).toBe(1)
    expect(await minted()).toBe(1n)
  })
})

/** A transaction of the governor that the gateway knows nothing of, under the next number of the chain. */
async function sendForeign(from: Hex): Promise<void> {
  const { rpc, signers, governor } = world()
  const { raw, txHash } = await signers.byAddress.get(governor)!.signTransaction({
    chainId: Number(await rpc('eth_chainId', [])),
    nonce: await nonceOf(world(), from),
    to: signers.relayer,
    data: '0x',
    value: 1n,
    gasLimit: 21_000n,
    maxFeePerGas: 10n ** 13n,
    maxPriorityFeePerGas: 10n ** 10n,
  })
  await rpc('eth_sendRawTransaction', [raw])
  await expect.poll(() => rpc('eth_getTransactionReceipt', [txHash]), { timeout: 10_000 }).not.toBeNull()
}
