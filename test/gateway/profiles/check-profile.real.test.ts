import { readFileSync } from 'node:fs'
import { Transaction } from 'ethers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Gateway } from '../../../gateway/gateway.ts'
import { connectRpc } from '../../../gateway/rpc.ts'
import type { Hex } from '../../../protocol/hash.ts'
import { awaitOutcome, cancelMessage, submitIntent } from '../../../stack/chain-intent.ts'
import { profileNamed } from '../../../stack/chain-profile.ts'
import { type FaultProxy, startFaultProxy } from '../fault-proxy.ts'
import { startGatewayProcess } from '../gateway-process.ts'
import { mint, recordsOf, statesOf } from '../token.ts'
import { withGateway } from '../with-gateway.ts'

const { world, start } = withGateway()

it('finds anvil as its profile says, and says so in the log', async () => {
  const gateway = await startGatewayProcess(world())
  await gateway.stop()
  const log = readFileSync(gateway.logFile, 'utf8')
  expect(log).toContain('"profile":"anvil"')
  expect(log).not.toContain('CHAIN_PROFILE_MISMATCH')
})

it('does not start as a gateway of QBFT on a chain that is none', async () => {
  const started = startGatewayProcess(world(), { env: { ENTENTE_CHAIN_PROFILE: 'besu-qbft' } })
  await expect(started).rejects.toMatchObject({
    code: 'CHAIN_PROFILE_MISMATCH',
    message: expect.stringContaining('qbft'),
  })
})

it('starts, and warns, where what was named is only odd', async () => {
  const gateway = await startGatewayProcess(world(), { env: { ENTENTE_CHAIN_PROFILE: 'ethereum' } })
  await gateway.stop()
  const warned = readFileSync(gateway.logFile, 'utf8')
    .split('\n')
    .filter(line => line.includes('CHAIN_PROFILE_MISMATCH'))
  expect(warned.join('\n')).toContain('its node names itself anvil')
  expect(warned.join('\n')).toContain('FINALITY_BLOCKS is 2')
})

it('does not start where messages are to go together with more gas than a block has', async () => {
  const env = { ENTENTE_BATCH_TENANTS: 'consortium', ENTENTE_BATCH_GAS: '900000000' }
  await expect(startGatewayProcess(world(), { env })).rejects.toMatchObject({ code: 'CHAIN_PROFILE_MISMATCH' })
})

describe('where fees are free, and an account has no coins', () => {
  let proxy: FaultProxy
  let gateway: Gateway
  let before: unknown

  beforeEach(async () => {
    const { rpc, governor, servers } = world()
    await rpc('anvil_setNextBlockBaseFeePerGas', ['0x0'])
    before = await rpc('eth_getBalance', [governor, 'latest'])
    await rpc('anvil_setBalance', [governor, '0x0'])
    await expect
      .poll(async () => (await rpc<{ baseFeePerGas: string }>('eth_getBlockByNumber', ['latest', false])).baseFeePerGas)
      .toBe('0x0')
    proxy = await startFaultProxy(servers.stack.urls.chain)
    const throughProxy = connectRpc(proxy.url, { timeoutMs: 2_000 })
    gateway = await start({ rpc: throughProxy, profile: profileNamed('besu-qbft'), finalityBlocks: 0 })
  })
  afterEach(async () => {
    await world().rpc('evm_setIntervalMining', [1])
    await gateway.stop()
    await proxy.stop()
    await world().rpc('anvil_setBalance', [world().governor, before])
  })

  const signed = async (messageId: Hex) =>
    (await recordsOf(world(), messageId)).filter(({ state }) => state === 'SIGNED').map(({ raw }) => raw!)

  async function reached(messageId: Hex, state: string): Promise<void> {
    await expect.poll(() => statesOf(world(), messageId), { timeout: 15_000, interval: 20 }).toContain(state)
  }

  /** A message that the node forgets, once it has it. */
  async function sendAndForget(name: string): Promise<{ messageId: Hex; forget(): Promise<Hex> }> {
    const { nc, rpc } = world()
    await rpc('evm_setIntervalMining', [0])
    const { messageId } = await submitIntent(nc, mint(world(), name))
    await reached(messageId, 'POOLED')
    const hash = Transaction.from((await signed(messageId))[0]!).hash as Hex
    return { messageId, forget: () => rpc('anvil_dropTransaction', [hash]) }
  }

  it('sends for nothing', async () => {
    const { messageId } = await submitIntent(world().nc, mint(world(), 'for nothing'))
    expect((await awaitOutcome(world().nc, messageId, { timeoutMs: 20_000 })).state).toBe('FINAL')
    const [raw] = await signed(messageId)
    expect(Transaction.from(raw!)).toMatchObject({ type: 2, maxFeePerGas: 0n, maxPriorityFeePerGas: 0n })
  })

  it('takes back for nothing', async () => {
    const { messageId, forget } = await sendAndForget('taken back')
    await cancelMessage(world().nc, { tenant: 'consortium', messageId, reason: 'unwanted' })
    // Unlike the nodes of such chains, this one replaces only for more.
    await forget()
    await world().rpc('evm_setIntervalMining', [1])
    await reached(messageId, 'CANCELLED')
    const raws = await signed(messageId)
    expect(raws).toHaveLength(2)
    expect(Transaction.from(raws[1]!)).toMatchObject({ maxFeePerGas: 0n, maxPriorityFeePerGas: 0n })
  })

  it('offers the same again to a node that has it and does not mine it', async () => {
    const { messageId, forget } = await sendAndForget('idle')
    const forgotten = await forget()
    proxy.answer((method, [hash]) =>
      method === 'eth_getTransactionByHash' && hash === forgotten ? { result: { hash } } : null,
    )
    const states = async () => {
      await world().rpc('anvil_mine', [])
      return statesOf(world(), messageId)
    }
    await expect.poll(states, { timeout: 20_000, interval: 50 }).toContain('FINAL')
    expect(await signed(messageId)).toHaveLength(1)
  })
})
