import { getAddress, JsonRpcProvider, type Provider, Wallet } from 'ethers'
import { ABIS, type Addresses } from './abis.ts'
import { encodeCall, type Hex } from './bindings.ts'
import { callContract } from './call-contract.ts'
import { createIntent, FACTORY_ADDRESS, FACTORY_COST, FACTORY_CREATOR, FACTORY_TRANSACTION } from './create2.ts'
import { DEFAULT_PARAMS, type DeploymentParams } from './deployment-params.ts'
import { type DeploymentPlan, planDeployment } from './deployment-plan.ts'
import { missingSettings, type Powers, type Settings } from './deployment-settings.ts'
import { ROLES } from './roles.ts'
import { type Intent, sendAll } from './send-all.ts'

export interface DeployRequest {
  /** JSON-RPC over HTTP of the chain. */
  rpcUrl: string
  /** Pays for everything, and governs until the deployment is complete. 0x-hex, 32 bytes. */
  deployerKey: string
  /** Addresses of those who get a power; the treasury gets the fees. Who is not named is the governor. */
  governor: string
  attestor?: string
  guardian?: string
  compliance?: string
  arbiter?: string
  settler: string
  /** May settle reserved tasks by its signature alone. Named by nobody, nobody may. */
  directSettler?: string
  logKeeper: string
  treasury: string
  params?: Partial<DeploymentParams>
}

export interface Deployment {
  /** Address of the ContractRegistry: the `verifyingContract` of every signature. */
  registry: string
  addresses: Addresses
  /** Whether this run sent anything. */
  fresh: boolean
  /** The block in which the registry was created: no event is older. */
  blockNumber: number
}

// Enough for the multicalls below many times over.
const SETTINGS_GAS = 8_000_000n

/**
 * Puts Entente's contracts on a chain, all of them or those that are missing. Addresses follow from the request alone, so
 * a second run with the same request finds everything in place, and sends nothing; one that was interrupted is completed.
 *
 * @throws Error when the chain cannot be reached, a transaction fails, or what is missing needs the governor.
 */
export async function deploy(request: DeployRequest): Promise<Deployment> {
  const provider = new JsonRpcProvider(request.rpcUrl, undefined, { staticNetwork: true, batchStallTime: 0 })
  try {
    const deployer = new Wallet(request.deployerKey, provider)
    const params = { ...DEFAULT_PARAMS, ...request.params }
    const plan = planDeployment({ ...request, founder: deployer.address }, params)
    const powers = powersOf(request, deployer.address, params.timelockSeconds > 0 ? plan : null)
    const intents = await missingIntents(provider, plan, powers)
    if (intents.length > 0 && !(await hasCode(provider, FACTORY_ADDRESS))) await createFactory(deployer)
    await sendAll(deployer, intents)
    return {
      registry: plan.addresses.ContractRegistry,
      addresses: plan.addresses,
      fresh: intents.length > 0,
      blockNumber: await deploymentBlock(provider, plan.addresses),
    }
  } finally {
    provider.destroy()
  }
}

function powersOf(request: DeployRequest, founder: string, timelocked: DeploymentPlan | null): Powers {
  const governor = getAddress(request.governor)
  const office = (named: string | undefined) => (named === undefined ? governor : getAddress(named))
  return {
    founder,
    governor: timelocked ? timelocked.addresses.TimelockController : governor,
    settler: getAddress(request.settler),
    directSettler: request.directSettler === undefined ? null : getAddress(request.directSettler),
    logKeeper: getAddress(request.logKeeper),
    attestor: office(request.attestor),
    guardian: office(request.guardian),
    compliance: office(request.compliance),
    arbiter: office(request.arbiter),
  }
}

/** @returns The transactions still to be sent, in order. */
async function missingIntents(provider: Provider, plan: DeploymentPlan, powers: Powers): Promise<Intent[]> {
  const present = await Promise.all(plan.creations.map(({ address }) => hasCode(provider, address)))
  const { addresses } = plan
  const creations = plan.creations.filter((_, index) => !present[index]).map(createIntent)
  const canRead = plan.creations.every(
    ({ address }, index) =>
      present[index] || (address !== addresses.ContractRegistry && address !== addresses.AccessManager),
  )
  const settings = await missingSettings(canRead ? provider : 'empty', addresses, powers)
  if (canRead) await requireFounder(provider, addresses, powers, settings)
  return [...creations, ...settingIntents(addresses, settings)]
}

async function hasCode(provider: Provider, address: string): Promise<boolean> {
  return (await provider.getCode(address)) !== '0x'
}

/** Each step is mined before the next is sent: a pool refuses what its sender cannot pay yet. */
async function createFactory(deployer: Wallet): Promise<void> {
  const payment = { to: FACTORY_CREATOR, data: '0x', value: FACTORY_COST, gasLimit: 21_000n }
  await sendAll(deployer, [{ what: 'pay for the deployment factory', ...payment }])
  await sendAll(deployer, [{ what: 'create the deployment factory', signed: FACTORY_TRANSACTION }])
}

function settingIntents(addresses: Addresses, { records, grants }: Settings): Intent[] {
  const multicall = (calls: Hex[]) => ({
    data: encodeCall(ABIS.ContractRegistry, 'multicall', [calls]),
    gasLimit: SETTINGS_GAS,
  })
  return [
    ...(records.length > 0
      ? [{ what: 'record the contracts', to: addresses.ContractRegistry, ...multicall(records) }]
      : []),
    ...(grants.length > 0 ? [{ what: 'grant the roles', to: addresses.AccessManager, ...multicall(grants) }] : []),
  ]
}

async function requireFounder(
  provider: Provider,
  addresses: Addresses,
  { founder }: Powers,
  { records, grants }: Settings,
): Promise<void> {
  if (records.length + grants.length === 0) return
  const args = [ROLES.governor, founder as Hex] as const
  const [governs] = await callContract(provider, addresses.AccessManager, ABIS.AccessManager, 'hasRole', args)
  if (governs) return
  throw new Error(
    `the deployment at registry ${addresses.ContractRegistry} lacks ${records.length} records and ${grants.length} grants, ` +
      `and its founder ${founder} governs it no more: have its governor make them, or deploy with another deployer key`,
  )
}

async function deploymentBlock(provider: Provider, addresses: Addresses): Promise<number> {
  const { ContractRegistry: registry } = addresses
  return Number(await callContract(provider, registry, ABIS.ContractRegistry, 'deploymentBlock', []))
}
