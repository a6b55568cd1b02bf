import { setTimeout as sleep } from 'node:timers/promises'
import { jetstream } from '@nats-io/jetstream'
import { toBeHex } from 'ethers'
import { afterEach, describe, expect, test } from 'vitest'
import { callDataOf } from '../../gateway/contracts.ts'
import type { Gateway } from '../../gateway/gateway.ts'
import { ownTenant } from '../../gateway/own.ts'
import { connectRpc } from '../../gateway/rpc.ts'
import { type ChainEntry, ChainIntent, messageIdOf } from '../../protocol/chain-message.ts'
import type { Hex } from '../../protocol/hash.ts'
import { subjects } from '../../protocol/subjects.ts'
import { awaitOutcome, submitIntent } from '../../stack/chain-intent.ts'
import { freshBlock } from '../harness/take-back.ts'
import { startFaultProxy } from './fault-proxy.ts'
import { mint, nonceOf, statesOf, supply } from './token.ts'
import { withGateway } from './with-gateway.ts'

const { world, start } = withGateway()
const patience = { timeoutMs: 30_000 }
const running: Gateway[] = []

afterEach(async () => {
  await Promise.all(running.splice(0).map(gateway => gateway.stop()))
})

async function startOne(...options: Parameters<typeof start>): Promise<Gateway> {
  const gateway = await start(...options)
  running.push(gateway)
  return gateway
}

async function mintOne(name: string): Promise<void> {
  const { messageId } = await submitIntent(world().nc, mint(world(), name), patience)
  await awaitOutcome(world().nc, messageId, patience)
}

/** The intent as the gateway would have signed it. */
async function signed(intent: ChainIntent, nonce: number) {
  const { signers, governor, deployment, rpc } = world()
  return signers.byAddress.get(governor)!.signTransaction({
    chainId: Number(await rpc('eth_chainId', [])),
    nonce,
    to: deployment.addresses.EntenteToken as Hex,
    data: callDataOf({ messageId: messageIdOf(intent), intent }),
    value: 0n,
    gasLimit: 500_000n,
    maxFeePerGas: 10n ** 10n,
    maxPriorityFeePerGas: 10n ** 9n,
  })
}

/** As a gateway leaves it that died between two numbers: one is stored, and the two below are not. */
async function storeAboveGap(name: string): Promise<{ messageId: Hex; nonce: number }> {
  const intent = ChainIntent.parse(mint(world(), name))
  const messageId = messageIdOf(intent)
  const nonce = (await nonceOf(world(), world().governor)) + 2
  const entry: ChainEntry = {
    messageId,
    steps: [
      { state: 'RECEIVED', atMs: 1, intent },
      { state: 'ADMITTED', atMs: 1 },
      { state: 'NONCED', atMs: 2, signer: world().governor, nonce },
      { state: 'SIGNED', atMs: 2, attempt: 1, nonce, ...(await signed(intent, nonce)) },
      { state: 'SENDING', atMs: 2 },
    ],
  }
  await jetstream(world().nc).publish(subjects.chainTx(messageId), JSON.stringify(entry))
  return { messageId, nonce }
}

const pending = async () => Number((await world().rpc<{ pending: Hex }>('txpool_status', [])).pending)

const height = async () => Number(await world().rpc<Hex>('eth_blockNumber', []))

/** A gateway is stopped whose two last messages are final. @returns the supply before them, and in which block that was */
async function mintTwo(names: readonly [string, string]): Promise<{ before: bigint; blockBefore: number }> {
  const gateway = await startOne()
  const [before, blockBefore] = [await supply(world()), await height()]
  for (const name of names) await mintOne(name)
  await gateway.stop()
  return { before, blockBefore }
}

describe('a gateway that starts', () => {
  test('failure 10: fills the gap under a number that was stored, where the one below it was not', async () => {
    const { messageId, nonce } = await storeAboveGap('above a gap')
    const before = await supply(world())
    await startOne()
    await awaitOutcome(world().nc, messageId, patience)
    expect(await supply(world())).toBe(before + 1n)
    expect(await nonceOf(world(), world().governor)).toBe(nonce + 1)
    // What the gateway made up itself waits for nobody.
    const filler = messageIdOf({
      tenant: ownTenant,
      operation: 'fill-gap',
      businessId: `${world().governor}-${nonce - 2}`,
    })
    await expect.poll(() => statesOf(world(), filler), { timeout: 10_000 }).toContain('COMPLETED')
  })

  test('fills a gap though the node refuses what is tried on it', async () => {
    const proxy = await startFaultProxy(world().servers.stack.urls.chain)
    const refusal = { error: { code: 3, message: 'execution reverted', data: '0x' } }
    const { messageId } = await storeAboveGap('above another gap')
    proxy.answer(method => (method === 'eth_estimateGas' ? refusal : null))
    const gateway = await startOne({ rpc: connectRpc(proxy.url, { timeoutMs: 1_000 }) })
    await awaitOutcome(world().nc, messageId, patience)
    await gateway.stop()
    await proxy.stop()
  })

  test('sends again, byte for byte, what a chain that lost its last blocks no longer has', async () => {
    const { before, blockBefore } = await mintTwo(['lost 1', 'lost 2'])
    await world().rpc('anvil_rollback', [(await freshBlock(world().rpc)) - blockBefore])
    expect(await supply(world())).toBe(before)
    await startOne()
    await mintOne('after the loss')
    await expect.poll(() => supply(world()), { timeout: 10_000 }).toBe(before + 3n)
  })

  test('gives nobody the numbers of what it sends again, though no block comes for a while', async () => {
    const { before, blockBefore } = await mintTwo(['lost 3', 'lost 4'])
    const last = await freshBlock(world().rpc)
    await world().rpc('evm_setIntervalMining', [0])
    await world().rpc('anvil_rollback', [last - blockBefore])
    // What is signed now offers more than what was lost, and a node would let it take the other's place.
    await world().rpc('anvil_setNextBlockBaseFeePerGas', [toBeHex(10n ** 9n)])
    await world().rpc('evm_mine', [])
    const started = startOne()
    await expect.poll(pending, { timeout: 10_000 }).toBe(2)
    const minted = started.then(() => mintOne('after the lost'))
    await sleep(2_000)
    await world().rpc('evm_setIntervalMining', [1])
    await minted
    await expect.poll(() => supply(world()), { timeout: 10_000 }).toBe(before + 3n)
  })
})

test('failure 14: a gateway whose chain takes back what was final halts, and says why', async () => {
  const halted = Promise.withResolvers<unknown>()
  await startOne({ onHalt: halted.resolve })
  await mintOne('to be taken back')
  await freshBlock(world().rpc)
  await world().rpc('anvil_rollback', [5])
  expect(await halted.promise).toMatchObject({ code: 'CHAIN_REORGANISED' })
})
