import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { HDNodeWallet, Mnemonic } from 'ethers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Gateway } from '../../../gateway/gateway.ts'
import { openSigners } from '../../../gateway/keys/key-list.ts'
import { connectRpc } from '../../../gateway/rpc.ts'
import { type KeyCommand, KeyState } from '../../../protocol/gateway-door.ts'
import type { Hex } from '../../../protocol/hash.ts'
import type { Address } from '../../../protocol/ids.ts'
import { subjects } from '../../../protocol/subjects.ts'
import { ask } from '../../../stack/ask.ts'
import { awaitOutcome, type NewIntent, submitIntent } from '../../../stack/chain-intent.ts'
import { entente } from '../entente.ts'
import { type FaultProxy, startFaultProxy, triesCalls } from '../fault-proxy.ts'
import { mint, recordsOf, statesOf, supply } from '../token.ts'
import { withGateway } from '../with-gateway.ts'

const { world, start } = withGateway()
const patience = { timeoutMs: 30_000 }
const asking = { timeoutMs: 2_000, silence: 'NOT_FOUND' } as const
let proxy: FaultProxy
let gateway: Gateway
let next: Address

beforeEach(async () => {
  proxy = await startFaultProxy(world().servers.stack.urls.chain)
  await startAgain()
})
afterEach(async () => {
  proxy.inject()
  await gateway.stop()
  await proxy.stop()
})

/** A gateway that also holds the key that is to take the relayer's place. */
async function startAgain(): Promise<void> {
  const { servers, keysFile } = world()
  const { mnemonic, path } = servers.stack.chainAccounts!
  const wallet = HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(mnemonic), path).deriveChild(3)
  next = wallet.address.toLowerCase() as Address
  const list = join(servers.dir, 'ring.json')
  const keys = { ...JSON.parse(readFileSync(keysFile, 'utf8')), next: wallet.privateKey }
  writeFileSync(list, JSON.stringify(keys), { mode: 0o600 })
  gateway = await start({ rpc: connectRpc(proxy.url, { timeoutMs: 1_000 }), signers: await openSigners(list) })
}

const decide = async (address: Address, command: KeyCommand) =>
  KeyState.parse(await ask(world().nc, subjects.chainKey(address), command, asking))
const send = async (intent: NewIntent) => (await submitIntent(world().nc, intent, patience)).messageId
/** Once: what is refused for now is not tried again. */
const knock = (intent: NewIntent) => ask(world().nc, subjects.chainSubmit(intent.tenant), intent, asking)
const outcome = (messageId: Hex) => awaitOutcome(world().nc, messageId, patience)
const reached = (messageId: Hex, state: string) =>
  expect.poll(() => statesOf(world(), messageId), { timeout: 15_000, interval: 20 }).toContain(state)
const signerOf = async (messageId: Hex) =>
  (await recordsOf(world(), messageId)).findLast(record => record.state === 'SIGNED')?.signer

/** Anyone may send this: its relayer needs no role. */
const relayed = (businessId: string): NewIntent => ({
  tenant: 'consortium',
  operation: 'relay',
  businessId,
  from: 'relayer',
  contract: 'ContractRegistry',
  call: 'deploymentBlock',
  args: [],
})

describe('a key that is frozen', () => {
  test('signs nothing more until it is thawed; what it signed goes on', async () => {
    const { governor, nc } = world()
    const before = await supply(world())
    await world().rpc('evm_setIntervalMining', [0])
    const signed = await send(mint(world(), 'signed before'))
    await reached(signed, 'POOLED')
    proxy.inject(method => (triesCalls.has(method) ? 'hold' : 'pass'))
    const unsigned = await send(mint(world(), 'not signed before'))
    await reached(unsigned, 'ADMITTED')

    expect(await decide(governor, { do: 'freeze', reason: 'its holder lost a laptop' })).toMatchObject({ inFlight: 1 })
    proxy.inject()
    proxy.release()
    const refused = knock(mint(world(), 'too late'))
    await expect(refused).rejects.toMatchObject({ code: 'KEY_FROZEN', message: expect.stringContaining('laptop') })
    expect((await submitIntent(nc, mint(world(), 'signed before'), patience)).messageId).toBe(signed)
    await world().rpc('evm_setIntervalMining', [1])
    await outcome(signed)
    expect(await signerOf(unsigned)).toBeUndefined()
    expect(await supply(world())).toBe(before + 1n)

    await decide(governor, { do: 'thaw' })
    await outcome(unsigned)
    expect(await supply(world())).toBe(before + 2n)
  })

  test('signs no higher fee either', async () => {
    const { governor, rpc } = world()
    await rpc('evm_setIntervalMining', [0])
    const cheap = await send(mint(world(), 'too cheap'))
    await reached(cheap, 'POOLED')
    await decide(governor, { do: 'freeze', reason: 'a drill' })
    await rpc('anvil_setNextBlockBaseFeePerGas', ['0x2540be400000'])
    await rpc('anvil_mine', [])
    await rpc('evm_setIntervalMining', [1])
    await new Promise(resolve => setTimeout(resolve, 1_500))
    const attempts = async () => (await statesOf(world(), cheap)).filter(state => state === 'SIGNED').length
    expect(await attempts()).toBe(1)
    await decide(governor, { do: 'thaw' })
    await outcome(cheap)
    expect(await attempts()).toBeGreaterThan(1)
  })
})

test('a relayer that is rotated finishes what it has begun, and the new one takes over', async () => {
  const { signers, rpc } = world()
  const old = signers.relayer
  await rpc('evm_setIntervalMining', [0])
  const pooled = await send(relayed('pooled'))
  await reached(pooled, 'POOLED')
  proxy.inject(method => (triesCalls.has(method) ? 'hold' : 'pass'))
  const accepted = await send(relayed('accepted, and not signed'))
  await reached(accepted, 'ADMITTED')

  await expect(decide(old, { do: 'rotate', to: old })).rejects.toMatchObject({ code: 'COMMAND_INVALID' })
  expect(await decide(old, { do: 'rotate', to: next })).toMatchObject({ relayer: false, retiredFor: next })
  proxy.inject()
  proxy.release()
  const later = await send(relayed('after the rotation'))
  await rpc('evm_setIntervalMining', [1])
  await Promise.all([pooled, accepted, later].map(outcome))
  expect(await Promise.all([pooled, accepted, later].map(signerOf))).toEqual([old, next, next])

  const named = knock({ ...relayed('by name'), from: old })
  await expect(named).rejects.toMatchObject({ code: 'KEY_FROZEN', message: expect.stringContaining('took its place') })

  await gateway.stop()
  await startAgain()
  const restarted = await send(relayed('after a restart'))
  await outcome(restarted)
  expect(await signerOf(restarted)).toBe(next)
  const { stdout } = await entente(world(), 'key', 'list').end
  const lines = stdout.trim().split('\n')
  const states = lines.map(line => KeyState.parse(JSON.parse(line)))
  expect(states.find(({ relayer }) => relayer)?.address).toBe(next)
  const { code, stderr } = await entente(world(), 'key', 'thaw', `0x${'00'.repeat(20)}`).end
  expect([code, stderr]).toEqual([1, expect.stringMatching(/^NOT_FOUND: /)])
})
