import type { AbiParametersToPrimitiveTypes, ExtractAbiFunction, ExtractAbiFunctionNames } from 'abitype'
import { encodeBytes32String, type Wallet } from 'ethers'
import { ABIS, type Addresses, type ContractName } from '../abis.ts'
import { encodeCall, type Hex } from '../bindings.ts'
import { deploy } from '../deploy.ts'
import type { GasChain } from './chain.ts'
import { sign } from './sign.ts'

type Abis = typeof ABIS
type Args<C extends ContractName, Name extends ExtractAbiFunctionNames<Abis[C]>> = AbiParametersToPrimitiveTypes<
  ExtractAbiFunction<Abis[C], Name>['inputs'],
  'inputs'
>

/** A deployment, those who act on it, and what their acts cost. */
export interface Scene {
  chain: GasChain
  addresses: Addresses
  governor: Wallet
  settler: Wallet
  logKeeper: Wallet
  /** What each operation cost, by its plain name. */
  gas: Record<string, number>
  /** Calls a contract. @returns The gas that the whole transaction cost, its intrinsic gas included. */
  act<C extends ContractName, Name extends ExtractAbiFunctionNames<Abis[C]>>(
    from: Wallet,
    contract: C,
    name: Name,
    args: Args<C, Name>,
  ): Promise<number>
  /** @returns A new wallet with gas money, and `credits` of the token, which escrow, stake and plans may take. */
  actor(credits: bigint): Promise<Wallet>
}

/** One credit, in the token's units. */
export const CREDIT = 1_000_000n

export async function setScene(chain: GasChain): Promise<Scene> {
  let actors = 0
  const newWallet = () => chain.wallet(actors++)
  const [governor, settler, logKeeper, treasury] = [
    await newWallet(),
    await newWallet(),
    await newWallet(),
    await newWallet(),
  ]
  const { addresses } = await chain.mineDuring(
    deploy({
      rpcUrl: chain.rpcUrl,
      deployerKey: governor.privateKey,
      governor: governor.address,
      settler: settler.address,
      directSettler: settler.address,
      logKeeper: logKeeper.address,
      treasury: treasury.address,
    }),
  )
  chain.settleTime()
  const scene: Scene = {
    chain,
    addresses,
    governor,
    settler,
    logKeeper,
    gas: {},
    act: async (from, contract, name, args) => {
      const abi: Abis[typeof contract] = ABIS[contract]
      return chain.send(from, addresses[contract], encodeCall(abi, name as never, args as never))
    },
    actor: async credits => {
      const wallet = await newWallet()
      if (credits > 0n) {
        await scene.act(governor, 'EntenteToken', 'mint', [wallet.address as Hex, credits])
        for (const spender of ['Escrow', 'Stake', 'ResponsePlans'] as const) {
          await scene.act(wallet, 'EntenteToken', 'approve', [addresses[spender] as Hex, credits])
        }
      }
      return wallet
    },
  }
  return scene
}

/** An admitted domain with agents of its own, each with a wallet of its own. */
export interface SceneDomain {
  domainId: Hex
  admin: Wallet
  agents: readonly { agentId: bigint; wallet: Wallet }[]
}

let registered = 0n

export function nextAgentId(): bigint {
  return registered++
}

export async function foundDomain(scene: Scene, slug: string, agentCount: number): Promise<SceneDomain> {
  const domainId = encodeBytes32String(slug) as Hex
  const admin = await scene.actor(1_000n * CREDIT)
  await scene.act(scene.governor, 'Domains', 'admit', [domainId, admin.address as Hex, slug])
  const agents = []
  for (let index = 0; index < agentCount; index++) {
    const agentId = nextAgentId()
    const wallet = await scene.actor(0n)
    await scene.act(admin, 'IdentityRegistry', 'register', ['https://agents.example/card.json'])
    await giveWallet(scene, admin, agentId, wallet)
    await scene.act(admin, 'Domains', 'enrol', [domainId, agentId])
    agents.push({ agentId, wallet })
  }
  return { domainId, admin, agents }
}

export async function giveWallet(scene: Scene, owner: Wallet, agentId: bigint, wallet: Wallet): Promise<number> {
  const deadline = BigInt(scene.chain.now() + 60)
  const message = { agentId, newWallet: wallet.address, owner: owner.address, deadline }
  const consent = await sign(scene.addresses, wallet, 'AgentWalletSet', message)
  return scene.act(owner, 'IdentityRegistry', 'setAgentWallet', [agentId, wallet.address as Hex, deadline, consent])
}
