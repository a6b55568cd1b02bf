import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { concat, encodeRlp, keccak256, toBeHex } from 'ethers'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { ABIS } from '../../../contracts/abis.ts'
import { encodeCall } from '../../../contracts/bindings.ts'
import { type RpcReceipt, readBlock } from '../../../gateway/block.ts'
import { checkAnchor } from '../../../gateway/check-anchor.ts'
import { hashTo } from '../../../gateway/check-receipts.ts'
import { connectRpc } from '../../../gateway/rpc.ts'
import { AnchorProof } from '../../../protocol/chain-message.ts'
import type { Hex } from '../../../protocol/hash.ts'
import { awaitOutcome, submitIntent } from '../../../stack/chain-intent.ts'
import { startAnvil } from '../../../stack/embedded/anvil.ts'
import type { Child } from '../../../stack/process.ts'
import { scratchDir } from '../../harness/scratch-dir.ts'
import { startGatewayProcess } from '../gateway-process.ts'
import { published } from '../published.ts'
import { mint } from '../token.ts'
import { withGateway } from '../with-gateway.ts'

const OP_MAINNET = 10
const chain = await startAnvil({ dir: scratchDir('op'), blockTimeS: 0.2, chainId: OP_MAINNET, opStack: true })
const rpc = connectRpc(chain.url, { timeoutMs: 5_000 })
afterAll(() => chain.stop())

const { world } = withGateway({}, { url: chain.url, rpc, accounts: chain.accounts })
const patience = { timeoutMs: 20_000 }
let gateway: Child<unknown>

/** A transaction that nobody signed: what L1 made L2 do (https://specs.optimism.io/protocol/deposits.html). */
async function deposit(from: string, to: string, data: string): Promise<RpcReceipt> {
  const source = keccak256(concat([from, toBeHex(Date.now())]))
  const gas = toBeHex(1_000_000)
  const raw = concat(['0x7e', encodeRlp([source, from, to, '0x', '0x', gas, '0x', data])])
  const txHash = await rpc<Hex>('eth_sendRawTransaction', [raw])
  return vi.waitFor(
    async () =>
      (await rpc<RpcReceipt | null>('eth_getTransactionReceipt', [txHash])) ?? Promise.reject(new Error('not mined')),
    { timeout: 10_000 },
  )
}
const register = () => {
  const { IdentityRegistry } = world().deployment.addresses
  return deposit(chain.accounts.addresses[9]!, IdentityRegistry, encodeCall(ABIS.IdentityRegistry, 'register', []))
}

beforeAll(async () => {
  // So that the newest block with receipts, at which the start looks, has one.
  await register()
  gateway = await startGatewayProcess(world(), { env: { LOG_LEVEL: 'info' } })
})
afterAll(() => gateway?.stop())

describe('a chain with deposits', () => {
  test('is known by its id, and its receipts are found to be encoded as the profile says', () => {
    const log = readFileSync(join(world().servers.dir, 'gateway.log'), 'utf8')
    expect(log).toContain('"profile":"op-stack"')
    expect(log.split('\n').filter(line => line.includes('MISMATCH') && line.includes('receipts'))).toEqual([])
  })

  test('has the receipts of deposits under its roots, by its own rules and no others', async () => {
    const receipt = await register()
    expect(receipt).toMatchObject({
      type: expect.stringMatching(/^0x7e$/i),
      status: '0x1',
      depositReceiptVersion: '0x1',
    })
    const { header, receipts } = await readBlock(rpc, Number(receipt.blockNumber), 'op-stack')
    expect(await hashTo(receipts, header, 'op-stack')).toBe(true)
    expect(await hashTo(receipts, header, 'ethereum')).toBe(false)
  })

  test('has events told that a deposit caused, and messages proven that are in a block with one', async () => {
    const [{ transactionHash }, ...outcomes] = await Promise.all([
      register(),
      ...Array.from({ length: 4 }, async (_, n) => {
        const { messageId } = await submitIntent(world().nc, { ...mint(world(), `beside ${n}`), prove: true }, patience)
        return awaitOutcome(world().nc, messageId, patience)
      }),
    ])
    for (const { proof } of outcomes) await checkAnchor(AnchorProof.parse(proof))
    const told = async () => (await published(world())).map(({ event, txHash }) => ({ event, txHash }))
    await expect.poll(told, { timeout: 20_000 }).toContainEqual({ event: 'Registered', txHash: transactionHash })
  })
})
