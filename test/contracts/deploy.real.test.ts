import { encodeBytes32String, keccak256, Wallet } from 'ethers'
import { describe, expect, it } from 'vitest'
import { ABIS, CONTRACT_NAMES } from '../../contracts/abis.ts'
import { encodeCall, type Hex } from '../../contracts/bindings.ts'
import { callContract } from '../../contracts/call-contract.ts'
import { createIntent, FACTORY_ADDRESS } from '../../contracts/create2.ts'
import { type DeployRequest, deploy } from '../../contracts/deploy.ts'
import { DEFAULT_PARAMS } from '../../contracts/deployment-params.ts'
import { planDeployment } from '../../contracts/deployment-plan.ts'
import { ROLES } from '../../contracts/roles.ts'
import { sendAll } from '../../contracts/send-all.ts'
import { type TestChain, withChain } from './with-chain.ts'

const someone = () => Wallet.createRandom().address

function requestFor(chain: TestChain, deployer: Wallet): DeployRequest {
  const powers = { governor: someone(), settler: someone(), logKeeper: someone(), treasury: someone() }
  return { rpcUrl: chain.rpcUrl, deployerKey: deployer.privateKey, ...powers }
}

async function hasRole(chain: TestChain, manager: string, role: keyof typeof ROLES, account: string): Promise<boolean> {
  const args = [ROLES[role], account as Hex] as const
  const [isMember] = await callContract(chain.provider, manager, ABIS.AccessManager, 'hasRole', args)
  return isMember
}

describe('deploy', () => {
  const chain = withChain()

  it('puts every contract on the chain, and records it in the registry', async () => {
    const deployment = await deploy(requestFor(chain, await chain.rich()))
    expect(deployment.fresh).toBe(true)
    expect(deployment.registry).toBe(deployment.addresses.ContractRegistry)
    for (const name of CONTRACT_NAMES) {
      const key = [encodeBytes32String(name) as Hex] as const
      const entry = await callContract(chain.provider, deployment.registry, ABIS.ContractRegistry, 'get', key)
      const code = await chain.provider.getCode(deployment.addresses[name])
      expect(entry).toEqual({ account: deployment.addresses[name], version: 1, status: 1, codeHash: keccak256(code) })
    }
    const { Escrow: escrow, Stake: stake } = deployment.addresses
    expect(await callContract(chain.provider, escrow, ABIS.Escrow, 'stake', [])).toBe(stake)
  })

  it('sends nothing the second time', async () => {
    const deployer = await chain.rich()
    const request = requestFor(chain, deployer)
    const first = await deploy(request)
    const sent = await chain.provider.getTransactionCount(deployer.address)
    const second = await deploy(request)
    expect(second).toEqual({ ...first, fresh: false })
    expect(await chain.provider.getTransactionCount(deployer.address, 'pending')).toBe(sent)
  })

  it('says in which block events begin', async () => {
    const before = await chain.provider.getBlockNumber()
    const { blockNumber, registry } = await deploy(requestFor(chain, await chain.rich()))
    expect(blockNumber).toBeGreaterThan(before)
    expect(await chain.provider.getCode(registry, blockNumber - 1)).toBe('0x')
    expect(await chain.provider.getCode(registry, blockNumber)).not.toBe('0x')
  })

  it('leaves the powers with those named, and none with the deployer', async () => {
    const deployer = await chain.rich()
    const request = requestFor(chain, deployer)
    const { addresses } = await deploy(request)
    const manager = addresses.AccessManager
    expect(await hasRole(chain, manager, 'governor', request.governor)).toBe(true)
    expect(await hasRole(chain, manager, 'governor', deployer.address)).toBe(false)
    expect(await hasRole(chain, manager, 'settler', request.settler)).toBe(true)
    expect(await hasRole(chain, manager, 'directSettler', request.settler)).toBe(false)
    expect(await hasRole(chain, manager, 'guardian', request.governor)).toBe(true)
    expect(await hasRole(chain, manager, 'taskOpener', addresses.ResponsePlans)).toBe(true)
    const keeper = await callContract(chain.provider, addresses.EvidenceLog, ABIS.EvidenceLog, 'keeper', [])
    expect(keeper).toBe(request.logKeeper)
  })

  it('completes a deployment that was interrupted', async () => {
    const deployer = await chain.rich()
    const request = requestFor(chain, deployer)
    const { creations } = planDeployment({ ...request, founder: deployer.address }, DEFAULT_PARAMS)
    await sendAll(deployer, creations.slice(0, 2).map(createIntent))
    expect((await deploy(request)).fresh).toBe(true)
    for (const { address } of creations) expect(await chain.provider.getCode(address)).not.toBe('0x')
    expect((await deploy(request)).fresh).toBe(false)
  })

  it('does not mind that another deployment creates what both need', async () => {
    const deployer = await chain.rich()
    const { creations } = planDeployment({ ...requestFor(chain, deployer), founder: deployer.address }, DEFAULT_PARAMS)
    const shared = creations.find(({ name }) => name === 'IdentityRegistry implementation')!
    await sendAll(deployer, [createIntent(shared)])
    await expect(sendAll(deployer, [createIntent(shared)])).resolves.toBeUndefined()
  })

  it('asks for the governor when a power is missing that the deployer can no longer give', async () => {
    const request = requestFor(chain, await chain.rich())
    await deploy(request)
    await expect(deploy({ ...request, settler: someone() })).rejects.toThrow(/its founder .* governs it no more/)
  })

  it('changes a power for a deployer who still governs', async () => {
    const deployer = await chain.rich()
    const request = { ...requestFor(chain, deployer), governor: deployer.address }
    const { addresses } = await deploy(request)
    const settler = someone()
    expect((await deploy({ ...request, settler })).fresh).toBe(true)
    expect(await hasRole(chain, addresses.AccessManager, 'settler', settler)).toBe(true)
  })

  it('says why a transaction failed', async () => {
    const deployer = await chain.rich()
    const { addresses } = await deploy({ ...requestFor(chain, deployer), governor: deployer.address })
    const data = encodeCall(ABIS.ContractRegistry, 'record', [encodeBytes32String('x') as Hex, someone() as Hex])
    const intent = { what: 'record nothing', to: addresses.ContractRegistry, data, gasLimit: 200_000n }
    await expect(sendAll(deployer, [intent])).rejects.toThrow(/record nothing failed: ContractRegistryNoCode/)
  })
})

describe('deploy, under a timelock', () => {
  const chain = withChain()

  it('leaves all power with the timelock, and the timelock to the governor', async () => {
    const deployer = await chain.rich()
    const request = { ...requestFor(chain, deployer), params: { timelockSeconds: 86_400 } }
    const { addresses } = await deploy(request)
    const { AccessManager: manager, TimelockController: timelock } = addresses
    expect(await hasRole(chain, manager, 'governor', timelock)).toBe(true)
    expect(await hasRole(chain, manager, 'governor', request.governor)).toBe(false)
    expect(await hasRole(chain, manager, 'governor', deployer.address)).toBe(false)
    const delay = await callContract(chain.provider, timelock, ABIS.TimelockController, 'getMinDelay', [])
    expect(delay).toBe(86_400n)
    expect((await deploy(request)).fresh).toBe(false)
  })
})

describe('deploy, on a chain without the deployment factory', () => {
  const chain = withChain('--disable-default-create2-deployer')

  it('brings the factory along', async () => {
    expect(await chain.provider.getCode(FACTORY_ADDRESS)).toBe('0x')
    const deployer = await chain.rich()
    const request = requestFor(chain, deployer)
    const { addresses } = await deploy(request)
    expect(await chain.provider.getCode(FACTORY_ADDRESS)).not.toBe('0x')
    expect(addresses).toEqual(planDeployment({ ...request, founder: deployer.address }, DEFAULT_PARAMS).addresses)
  })
})
