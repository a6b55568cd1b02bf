import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ContractFactory, HDNodeWallet, JsonRpcProvider, Mnemonic, ZeroAddress } from 'ethers'
import { afterAll, beforeAll } from 'vitest'
import { ABIS, type ContractName } from '../../../contracts/abis.ts'
import { decodeRevert, encodeCall, type Hex } from '../../../contracts/bindings.ts'
import { callContract } from '../../../contracts/call-contract.ts'
import { type Deployment, deploy } from '../../../contracts/deploy.ts'
import { startAttester } from '../../../gateway/relay/start-attester.ts'
import { VouchedFile } from '../../../gateway/relay/vouched-file.ts'
import { connectRpc, type Rpc } from '../../../gateway/rpc.ts'
import { signDocument, signingDomain } from '../../../protocol/documents.ts'
import { sha256 } from '../../../protocol/hash.ts'
import { type Address, domainToBytes32 } from '../../../protocol/ids.ts'
import { addressOf } from '../../../protocol/sign.ts'
import type { Finality, ProfileName } from '../../../stack/chain-profile.ts'
import { type EmbeddedChain, startAnvil } from '../../../stack/embedded/anvil.ts'
import { type Child, startProcess } from '../../../stack/process.ts'
import { receiverHarnessAbi, receiverHarnessBytecode } from '../../contracts/generated/receiver-harness.ts'
import { silent } from '../../coordinator/log/with-log.ts'
import { busEnv } from '../gateway-process.ts'
import { type TestGateway, withGateway } from '../with-gateway.ts'

export const sourceChain = 7_001
export const domainIds = ['health', 'traffic', 'weather'] as const
const cli = fileURLToPath(new URL('../../../cli/entente.ts', import.meta.url))

/** A chain with the contracts, and someone who may do anything on it. */
export interface Side {
  readonly url: string
  readonly rpc: Rpc
  readonly provider: JsonRpcProvider
  readonly governor: HDNodeWallet
  readonly deployment: Deployment
  /** Sends a call of the governor's, and waits until it is mined; fails with the name of the contract's error. */
  act(contract: ContractName, call: string, args: readonly unknown[]): Promise<void>
}

export interface TwoChains extends TestGateway {
  readonly a: Side
  readonly b: Side
  /** On B, takes messages; counts them. */
  readonly receiver: Hex
  /** Of A, anchors a checkpoint of so many leaves. */
  checkpoint(size: number): Promise<Hex>
  send(payload: string): Promise<void>
  taken(): Promise<bigint>
  startAttesters(rpcs?: Partial<Record<(typeof domainIds)[number], Rpc>>, finality?: Finality): () => Promise<void>
  /** @param from a node of A */
  startRelay(from?: string, profile?: ProfileName): Promise<Child<unknown>>
}

export const attesterKey = (domainId: string) => sha256(`attester of ${domainId}`) as Hex

/** A is a chain of its own; B has the bus and a gateway, and two of three of its domains vouch for A. */
export function withTwoChains(): TwoChains {
  const gateway = withGateway()
  let chain: EmbeddedChain
  let a: Side
  let b: Side
  let receiver: Hex
  let attesters = 0

  beforeAll(async () => {
    const { servers, deployment } = gateway.world()
    chain = await startAnvil({ dir: join(servers.dir, 'other-chain'), blockTimeS: 0.1, chainId: sourceChain })
    const [deployer, governor] = walletsOf(chain.accounts)
    const roles = { governor: governor.address, settler: governor.address, logKeeper: governor.address }
    const keys = { deployerKey: deployer.privateKey, treasury: governor.address }
    a = sideOf(chain.url, governor, await deploy({ rpcUrl: chain.url, ...keys, ...roles }))
    b = sideOf(servers.stack.urls.chain, walletsOf(servers.stack.chainAccounts!)[1], deployment)
    receiver = await prepare(a, b)
  }, 60_000)
  afterAll(async () => {
    a.provider.destroy()
    b.provider.destroy()
    await chain.stop()
  })

  return {
    ...gateway,
    get a() {
      return a
    },
    get b() {
      return b
    },
    get receiver() {
      return receiver
    },
    async checkpoint(size) {
      const root = sha256(`root of ${size}`) as Hex
      const domain = signingDomain(sourceChain, a.deployment.registry.toLowerCase() as Address)
      const signature = signDocument(domain, 'Checkpoint', { size, root }, a.governor.privateKey as Hex)
      await a.act('EvidenceLog', 'checkpoint', [size, root, signature])
      return root
    },
    send: payload => a.act('Outbox', 'send', [31_337, receiver, Buffer.from(payload)]),
    taken: () => callContract(b.provider, receiver, receiverHarnessAbi, 'taken', []),
    startAttesters(rpcs = {}, finality = { rule: 'depth', blocks: 1 }) {
      const { nc, servers, deployment } = gateway.world()
      const domain = signingDomain(31_337, deployment.registry.toLowerCase() as Address)
      const started = Object.entries({ health: a.rpc, traffic: a.rpc, weather: a.rpc, ...rpcs }).map(
        ([domainId, rpc]) => {
          const file = new VouchedFile(join(servers.dir, `attester-${domainId}-${attesters++}`))
          const privateKey = attesterKey(domainId)
          const key = { privateKey, address: addressOf(privateKey) }
          return startAttester(nc, silent, { domain, sourceChain, rpc, finality, domainId, key, file })
        },
      )
      return async () => {
        await Promise.all(started.map(attester => attester.stop()))
      }
    },
    startRelay: (from = a.url, profile) =>
      startProcess({
        name: 'relay',
        entry: cli,
        args: ['relay', 'run', '--from', from, '--to', b.url, ...(profile ? ['--profile', profile] : [])],
        env: busEnv(gateway.world()),
        dir: gateway.world().servers.dir,
      }),
  }
}

/** What governance and the domains of B do once. */
async function prepare(a: Side, b: Side): Promise<Hex> {
  const { EvidenceLog, Outbox } = a.deployment.addresses
  await b.act('ForeignChains', 'recognise', [sourceChain, EvidenceLog, Outbox])
  for (const domainId of domainIds) {
    const id = domainToBytes32(domainId)
    await b.act('Domains', 'admit', [id, b.governor.address, domainId])
    await b.act('ForeignChains', 'appoint', [id, addressOf(attesterKey(domainId))])
  }
  await b.act('ForeignChains', 'nameVouchers', [sourceChain, 2, domainIds.map(domainToBytes32)])
  const factory = new ContractFactory(receiverHarnessAbi, receiverHarnessBytecode, b.governor)
  const deployed = await factory.deploy(b.deployment.addresses.Inbox)
  await deployed.waitForDeployment()
  return (await deployed.getAddress()) as Hex
}

function sideOf(url: string, governor: HDNodeWallet, deployment: Deployment): Side {
  const provider = new JsonRpcProvider(url, undefined, { staticNetwork: true, cacheTimeout: -1, pollingInterval: 50 })
  const signer = governor.connect(provider)
  return {
    ...{ url, provider, deployment, governor: signer as HDNodeWallet, rpc: connectRpc(url, { timeoutMs: 2_000 }) },
    async act(contract, call, args) {
      const data = encodeCall(ABIS[contract], call as never, args as never)
      const to = deployment.addresses[contract]
      const sent = await signer.sendTransaction({ to, data, gasLimit: 5_000_000n })
      const receipt = await sent.wait()
      if (receipt?.status !== 1) throw new Error(`${contract}.${call} failed`)
    },
  }
}

function walletsOf(accounts: { mnemonic: string; path: string }): [HDNodeWallet, HDNodeWallet] {
  const parent = HDNodeWallet.fromMnemonic(Mnemonic.fromPhrase(accounts.mnemonic), accounts.path)
  return [parent.deriveChild(0), parent.deriveChild(1)]
}

/** Why a call from nobody would fail, by the name of the contract's error. */
export async function refusalOf(
  { provider, deployment }: Side,
  contract: ContractName,
  call: string,
  args: readonly unknown[],
): Promise<string> {
  const data = encodeCall(ABIS[contract], call as never, args as never)
  try {
    await provider.call({ from: ZeroAddress, to: deployment.addresses[contract], data })
    return 'none'
  } catch (error) {
    return decodeRevert((error as { data: string }).data)?.name ?? (error as { data: string }).data
  }
}
