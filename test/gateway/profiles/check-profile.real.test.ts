import { readFileSync } from 'node:fs'
import { Transaction } from 'ethers'
import { expect, it } from 'vitest'
import { awaitOutcome, submitIntent } from '../../../stack/chain-intent.ts'
import { profileNamed } from '../../../stack/chain-profile.ts'
import { startGatewayProcess } from '../gateway-process.ts'
import { mint, recordsOf } from '../token.ts'
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

it('sends for nothing where fees are free, from an account without coins', async () => {
  const { nc, rpc, governor } = world()
  await rpc('anvil_setNextBlockBaseFeePerGas', ['0x0'])
  const before = await rpc('eth_getBalance', [governor, 'latest'])
  await rpc('anvil_setBalance', [governor, '0x0'])
  await expect
    .poll(async () => (await rpc<{ baseFeePerGas: string }>('eth_getBlockByNumber', ['latest', false])).baseFeePerGas)
    .toBe('0x0')
  const gateway = await start({ profile: profileNamed('besu-qbft'), finalityBlocks: 0 })
  try {
    const { messageId } = await submitIntent(nc, mint(world(), 'for nothing'))
    expect((await awaitOutcome(nc, messageId, { timeoutMs: 20_000 })).state).toBe('FINAL')
    const { raw } = (await recordsOf(world(), messageId)).find(({ raw }) => raw !== undefined)!
    expect(Transaction.from(raw!)).toMatchObject({ type: 2, maxFeePerGas: 0n, maxPriorityFeePerGas: 0n })
  } finally {
    await gateway.stop()
    await rpc('anvil_setBalance', [governor, before])
  }
})
