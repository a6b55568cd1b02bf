import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { RpcReceipt } from '../../../gateway/block.ts'
import { checkAnchor } from '../../../gateway/check-anchor.ts'
import { AnchorProof } from '../../../protocol/chain-message.ts'
import { domainToBytes32 } from '../../../protocol/ids.ts'
import { awaitOutcome, type NewIntent, submitIntent } from '../../../stack/chain-intent.ts'
import { type FaultProxy, startFaultProxy } from '../fault-proxy.ts'
import { startGatewayProcess } from '../gateway-process.ts'
import { onChain, placeOf, published } from '../published.ts'
import { mint, nonceOf, statesOf } from '../token.ts'
import { withGateway } from '../with-gateway.ts'

/** What nodes of others were seen to answer, by `npm run nodes`: here said in anvil's place, whatever is installed. */

const { world } = withGateway()
const patience = { timeoutMs: 20_000 }
let proxy: FaultProxy

beforeEach(async () => {
  proxy = await startFaultProxy(world().servers.stack.urls.chain)
})
afterEach(() => proxy.stop())

async function startBehindProxy(): Promise<void> {
  const gateway = await startGatewayProcess(world(), { chainUrl: proxy.url, finalityBlocks: 0 })
  onTestFinished(() => gateway.stop())
}
const submit = async (intent: NewIntent) => (await submitIntent(world().nc, intent, patience)).messageId
const send = async (intent: NewIntent) => awaitOutcome(world().nc, await submit(intent), patience)
const absent = (code: number) => ({ error: { code, message: 'the method does not exist' } })

describe('a node', () => {
  test('without receipts of a block, or a tip that it advises, is asked for what says the same', async () => {
    let asked = 0
    proxy.answer(method => {
      // EIP-1474's code, and JSON-RPC's own.
      if (method === 'eth_maxPriorityFeePerGas') return absent(-32_601)
      if (method !== 'eth_getBlockReceipts') return null
      asked += 1
      return absent(-32_004)
    })
    await startBehindProxy()
    const outcomes = await Promise.all([1, 2, 3].map(n => send({ ...mint(world(), `without ${n}`), prove: true })))
    for (const { proof } of outcomes) await checkAnchor(AnchorProof.parse(proof))
    expect(proxy.seen).toContain('eth_gasPrice')
    // It is found out by those that were under way at once, and not asked for again.
    expect(asked).toBeLessThan(20)
  })

  test('that estimates what would fail has it tried first, so that it burns no number', async () => {
    proxy.answer(method => (method === 'eth_estimateGas' ? { result: '0x186a0' } : null))
    await startBehindProxy()
    const nonce = await nonceOf(world(), world().governor)
    const nobody: NewIntent = {
      ...{ ...mint(world(), 'nobody'), operation: 'suspend', contract: 'Domains', call: 'suspend' },
      args: [domainToBytes32('nobody')],
    }
    const messageId = await submit(nobody)
    await expect(awaitOutcome(world().nc, messageId, patience)).rejects.toMatchObject({ code: 'CHAIN_REVERTED' })
    expect(await statesOf(world(), messageId)).toEqual(['RECEIVED', 'ADMITTED', 'REJECTED'])
    expect(await nonceOf(world(), world().governor)).toBe(nonce)
    expect((await send(mint(world(), 'all well'))).state).toBe('FINAL')
  })

  test('that runs what accounts delegate to, and takes no transaction that delegates, gets messages one by one', async () => {
    proxy.answer((method, [raw]) =>
      method === 'eth_sendRawTransaction' && `${raw}`.startsWith('0x04')
        ? { error: { code: -32_602, message: 'Invalid transaction type 4.' } }
        : null,
    )
    await startBehindProxy()
    const outcomes = await Promise.all([1, 2, 3].map(n => send({ ...mint(world(), `alone ${n}`), lane: 'batch' })))
    expect(new Set(outcomes.map(({ txHash }) => txHash)).size).toBe(3)
    expect(readFileSync(join(world().servers.dir, 'gateway.log'), 'utf8')).toContain('lacks EIP-7702')
  })

  test('that counts logs from nought in each transaction has its events told in their places all the same', async () => {
    let miscounted = 0
    proxy.alter((method, result) => {
      if (method !== 'eth_getBlockReceipts' || result === null) return result
      return (result as RpcReceipt[]).map(receipt => ({
        ...receipt,
        logs: receipt.logs.map((log, index) => {
          if (Number(log.logIndex) !== index) miscounted += 1
          return { ...log, logIndex: `0x${index.toString(16)}` }
        }),
      }))
    })
    await startBehindProxy()
    await Promise.all(Array.from({ length: 8 }, (_, n) => send(mint(world(), `counted ${n}`))))
    const mints = async () => (await published(world())).filter(({ event }) => event === 'Transfer').length
    await expect.poll(mints, { timeout: 20_000 }).toBe(3 + 1 + 3 + 8)
    expect(miscounted).toBeGreaterThan(0)
    const events = await published(world())
    expect(events.map(placeOf)).toEqual(await onChain(world(), events.at(-1)!))
  })
})
