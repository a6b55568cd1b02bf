import { encodeBytes32String } from 'ethers'
import { describe, expect, it } from 'vitest'
import { ABIS } from '../../../contracts/abis.ts'
import { encodeCall, type Hex } from '../../../contracts/bindings.ts'
import { create2Address, createIntent } from '../../../contracts/create2.ts'
import { type Deployment, deploy } from '../../../contracts/deploy.ts'
import { sendAll } from '../../../contracts/send-all.ts'
import { BUILT_CODE } from '../../../registry/contracts/built-code.ts'
import {
  entryOf,
  implementationOf,
  officesOf,
  setState,
  upgradeTo,
} from '../../../registry/contracts/change-contract.ts'
import { readConfigVersions, valuesAt } from '../../../registry/contracts/config-versions.ts'
import { advance } from '../../../registry/contracts/govern.ts'
import { readContracts, verifyContract } from '../../../registry/contracts/read-contracts.ts'
import { rollBack } from '../../../registry/contracts/roll-back.ts'
import { setParameter } from '../../../registry/contracts/set-config.ts'
import { withChain } from '../../contracts/with-chain.ts'

describe('the life of contracts and of parameters', () => {
  const chain = withChain()

  async function founded(timelockSeconds: number) {
    const governor = await chain.rich()
    const office = governor.address
    const powers = { governor: office, settler: office, logKeeper: office, treasury: office }
    const deployment: Deployment = await deploy({
      rpcUrl: chain.rpcUrl,
      deployerKey: governor.privateKey,
      ...powers,
      params: { timelockSeconds },
    })
    return {
      governor,
      registry: deployment.registry as Hex,
      read: () => readContracts(chain.provider, deployment.registry),
    }
  }

  it('verifies every contract of a deployment, and not one under another name', async () => {
    const { read } = await founded(0)
    const entries = await read()
    const verified = await Promise.all(entries.map(entry => verifyContract(chain.provider, entry)))
    expect(verified.filter(({ ok }) => !ok).map(({ name, parts }) => ({ name, parts }))).toEqual([])
    expect(verified).toHaveLength(Object.keys(ABIS).length)
    const impostor = { ...entryOf(entries, 'Rounds'), name: 'Demands' as const }
    expect(await verifyContract(chain.provider, impostor)).toMatchObject({ ok: false, isAsRecorded: true })
  })

  it('freezes, unfreezes and retires, and what is retired stays so', async () => {
    const { governor, read } = await founded(0)
    for (const state of ['frozen', 'active', 'retired'] as const) {
      await setState(governor, await read(), 'Rounds', state)
      expect(entryOf(await read(), 'Rounds').state).toBe(state)
    }
    await expect(async () => setState(governor, await read(), 'Rounds', 'active')).rejects.toMatchObject({
      code: 'CONTRACT_RETIRED',
    })
  })

  it('upgrades through the timelock: scheduled, waiting, executed', async () => {
    const { governor, read } = await founded(600)
    const entries = await read()
    expect(implementationOf(entries, 'IdentityRegistry').address).toBe(
      entryOf(entries, 'IdentityRegistry').implementation,
    )
    // The same code in another place: what follows the creation code is read by no constructor.
    const initCode = `${BUILT_CODE.IdentityRegistry}${'00'.repeat(31)}01`
    const next = create2Address(initCode) as Hex
    await sendAll(governor, [createIntent({ name: 'another', initCode, address: next })])
    const step = async () => upgradeTo(governor, await read(), 'IdentityRegistry', next)
    const first = await step()
    expect(first.step).toBe('scheduled')
    expect(await step()).toMatchObject({ ...first, step: 'waiting' })
    await chain.provider.send('evm_increaseTime', [601])
    await chain.provider.send('evm_mine', [])
    expect(await step()).toMatchObject({ step: 'executed' })
    const upgraded = entryOf(await read(), 'IdentityRegistry')
    expect(upgraded.implementation).toBe(next)
    expect(await verifyContract(chain.provider, upgraded)).toMatchObject({ ok: true })
  })

  it('refuses a key that neither governs nor proposes', async () => {
    const { read } = await founded(600)
    const stranger = await chain.rich()
    await expect(async () => setState(stranger, await read(), 'Rounds', 'frozen')).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
    })
  })

  it('versions parameters with block and author, and knows what stood before', async () => {
    const { governor, registry, read } = await founded(0)
    const entries = await read()
    const config = entryOf(entries, 'ConfigRegistry').address
    await setParameter(governor, entries, { key: 'fee-bps', value: 300n })
    await setParameter(governor, entries, { key: 'gold-bps', value: 100n })
    const versions = await readConfigVersions(chain.provider, { registry, config })
    expect(versions).toMatchObject([
      { version: 1, key: 'fee-bps', value: 300n, keyVersion: 1, by: governor.address },
      { version: 2, key: 'gold-bps', value: 100n, keyVersion: 1, by: governor.address },
    ])
    const { blockHash, blockNumber } = versions[0]!
    expect((await chain.provider.getBlock(blockNumber))!.hash).toBe(blockHash)
    expect(valuesAt(versions, 1)).toEqual(new Map([['fee-bps', 300n]]))
    await expect(setParameter(governor, entries, { key: 'fee-bps', value: 1_001n })).rejects.toMatchObject({
      code: 'COMMAND_INVALID',
    })
  })

  it('parameters go back to what stood after a version, as new versions, and what was only announced is taken back', async () => {
    const { governor, registry, read } = await founded(0)
    const entries = await read()
    const config = entryOf(entries, 'ConfigRegistry').address
    const set = (key: string, value: bigint) => setParameter(governor, entries, { key, value })
    const goBack = async (version: number) => {
      const versions = await readConfigVersions(chain.provider, { registry, config })
      const steps: string[] = []
      for await (const { what } of rollBack(governor, entries, { versions, version })) steps.push(what)
      return steps
    }
    const inForce = async () => {
      const versions = await readConfigVersions(chain.provider, { registry, config })
      return Object.fromEntries(valuesAt(versions, versions.length))
    }
    await set('fee-bps', 300n)
    await expect(set('fee-bps', 400n)).rejects.toMatchObject({ code: 'CHANGE_PENDING' })
    await chain.provider.send('evm_increaseTime', [3_600])
    await chain.provider.send('evm_mine', [])
    await set('fee-bps', 400n)
    await set('gold-bps', 100n)
    // Neither holds yet: the one is as it was then when it is taken back, the other was never set.
    expect(await goBack(1)).toEqual(['withdraw fee-bps=400', 'withdraw gold-bps=100'])
    expect(await inForce()).toEqual({ 'fee-bps': 300n })
    await set('fee-bps', 500n)
    await chain.provider.send('evm_increaseTime', [3_600])
    await chain.provider.send('evm_mine', [])
    expect(await goBack(1)).toEqual(['fee-bps=300'])
    expect(await inForce()).toEqual({ 'fee-bps': 300n })
    expect(await goBack(1)).toEqual([])
    const data = encodeCall(ABIS.ConfigRegistry, 'withdraw', [encodeBytes32String('gold-bps') as Hex])
    await expect(advance(governor, officesOf(entries), { what: 'withdraw', to: config, data })).rejects.toMatchObject({
      code: 'TRANSACTION_FAILED',
      message: expect.stringContaining('ConfigRegistryNothingPending'),
    })
  })
})
