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
import { askAll } from '../../../stack/ask-all.ts'
import { awaitOutcome, type NewIntent, submitIntent } from '../../../stack/chain-intent.ts'
import { type FaultProxy, startFaultProxy } from '../fault-proxy.ts'
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
    proxy.inject(method => (method === 'eth_estimateGas' ? 'hold' : 'pass'))
    const unsigned = await send(mint(world(), 'not signed before'))
    await reached(unsigned, 'ADMITTED')

    expect(await decide(governor, { do: 'freeze', reason: 'its holder lost a laptop' })).toMatchObject({ inFlight: 1 })
    proxy.inject()
    proxy.release()
    const refused = submitIntent(nc, mint(world(), 'too late'), { timeoutMs: 500 })
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

  test('signs nothing either where a number was taken before', async () => {
    const { governor } = world()
    proxy.inject(method => (method === 'eth_maxPriorityFeePerGas' ? 'hold' : 'pass'))
    const numbered = await send(mint(world(), 'numbered before'))
    await reached(numbered, 'NONCED')
    await decide(governor, { do: 'freeze', reason: 'a drill' })
    proxy.inject()
    proxy.release()
    await new Promise(resolve => setTimeout(resolve, 1_500))
    expect((await statesOf(world(), numbered)).at(-1)).toBe('NONCED')
    await decide(governor, { do: 'thaw' })
    await outcome(numbered)
  })
})

test('a relayer that is rotated finishes what it has begun, and the new one takes over', async () => {
  const { signers, nc, rpc } = world()
  const old = signers.relayer
  await rpc('evm_setIntervalMining', [0])
  const pooled = await send(relayed('pooled'))
  await reached(pooled, 'POOLED')
  proxy.inject(method => (method === 'eth_maxPriorityFeePerGas' ? 'hold' : 'pass'))
  await rpc('anvil_mine', [])
  const numbered = await send(relayed('numbered'))
  await reached(numbered, 'NONCED')

  await expect(decide(old, { do: 'rotate', to: old })).rejects.toMatchObject({ code: 'COMMAND_INVALID' })
  expect(await decide(old, { do: 'rotate', to: next })).toMatchObject({ relayer: false, retiredFor: next })
  proxy.inject()
  proxy.release()
  const later = await send(relayed('after the rotation'))
  await rpc('evm_setIntervalMining', [1])
  await Promise.all([pooled, numbered, later].map(outcome))
  expect(await Promise.all([pooled, numbered, later].map(signerOf))).toEqual([old, old, next])

  const named = submitIntent(nc, { ...relayed('by name'), from: old }, { timeoutMs: 500 })
  await expect(named).rejects.toMatchObject({ code: 'KEY_FROZEN', message: expect.stringContaining('took its place') })

  await gateway.stop()
  await startAgain()
  const restarted = await send(relayed('after a restart'))
  await outcome(restarted)
  expect(await signerOf(restarted)).toBe(next)
  const [states] = await askAll(nc, subjects.chainKeys, null, asking)
  expect(
    KeyState.array()
      .parse(states)
      .find(({ relayer }) => relayer)?.address,
  ).toBe(next)
})
