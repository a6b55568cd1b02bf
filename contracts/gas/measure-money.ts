import { ABIS } from '../abis.ts'
import type { Hex } from '../bindings.ts'
import { callContract } from '../call-contract.ts'
import { CREDIT, foundDomain, type Scene, type SceneDomain } from './scene.ts'
import { sign } from './sign.ts'

const HASH = `0x${'5a'.repeat(32)}` as Hex
const BUDGET = 100n * CREDIT
const FEE = 2n * CREDIT
const REFUND = 8n * CREDIT

export async function measureMoney(scene: Scene): Promise<void> {
  const { gas } = scene
  const domain = await foundDomain(scene, 'weather-office', 10)
  const { admin, agents } = domain
  const worker = agents[0]!
  const { agentId } = worker

  gas['deposit into escrow'] = await scene.act(admin, 'Escrow', 'deposit', [admin.address as Hex, 8n * BUDGET])
  gas['stake on an agent'] = await scene.act(admin, 'Stake', 'deposit', [agentId, 10n * CREDIT])
  gas['ask to unstake'] = await scene.act(admin, 'Stake', 'requestUnbond', [agentId, CREDIT])

  const first = await reserve(scene, domain, 1n)
  gas['reserve the budget of a task'] = first.gas
  gas['settle a task of 3 agents alone, each paid for the first time'] = await settle(
    scene,
    first.taskId,
    agents.slice(0, 3),
    [],
  )
  const second = await reserve(scene, domain, 2n)
  gas['settle a task of 3 agents alone'] = await settle(scene, second.taskId, agents.slice(0, 3), [])
  const third = await reserve(scene, domain, 3n)
  const fine = [{ agentId, amount: CREDIT, evidence: HASH }]
  gas['settle a task of 3 agents alone, with a penalty'] = await settle(scene, third.taskId, agents.slice(0, 3), fine)
  await settle(scene, (await reserve(scene, domain, 4n)).taskId, agents, [])
  const fifth = await reserve(scene, domain, 5n)
  gas['settle a task of 10 agents alone'] = await settle(scene, fifth.taskId, agents, [])

  gas['draw what was earned, all of it'] = await drawAll(scene, worker)
  gas['announce a withdrawal'] = await scene.act(admin, 'Escrow', 'announceWithdrawal', [CREDIT])
  const sixth = await reserve(scene, domain, 6n)
  scene.chain.skip(40 * 86_400)
  gas['reclaim the budget of a lapsed task'] = await scene.act(admin, 'Escrow', 'reclaim', [sixth.taskId])
  gas['withdraw what was announced'] = await scene.act(admin, 'Escrow', 'withdraw', [])
  gas['enforce a penalty'] = await scene.act(admin, 'Penalties', 'enforce', [third.taskId, agentId])
}

export async function reserve(scene: Scene, domain: SceneDomain, nonce: bigint): Promise<{ taskId: Hex; gas: number }> {
  const order = {
    requester: domain.admin.address as Hex,
    domainId: domain.domainId,
    specHash: HASH,
    inputHash: HASH,
    policyHash: HASH,
    token: scene.addresses.EntenteToken as Hex,
    budget: BUDGET,
    deadline: BigInt(scene.chain.now() + 3_600),
    nonce,
  }
  const { provider } = scene.chain
  const taskId = await callContract(provider, scene.addresses.Escrow, ABIS.Escrow, 'taskIdOf', [order])
  const signature = await sign(scene.addresses, domain.admin, 'TaskOrder', order)
  return { taskId, gas: await scene.act(scene.governor, 'Escrow', 'reserve', [order, signature]) }
}

async function settle(
  scene: Scene,
  taskId: Hex,
  workers: SceneDomain['agents'],
  penalties: readonly { agentId: bigint; amount: bigint; evidence: Hex }[],
): Promise<number> {
  const settlement = settlementOf(taskId, workers, penalties, HASH)
  const signature = await sign(scene.addresses, scene.settler, 'Settlement', settlement)
  return scene.act(scene.governor, 'Escrow', 'settle', [settlement, signature])
}

/** An equal part of the budget to each. */
export function settlementOf(
  taskId: Hex,
  workers: SceneDomain['agents'],
  penalties: readonly { agentId: bigint; amount: bigint; evidence: Hex }[],
  evidence: Hex,
) {
  const amount = (BUDGET - FEE - REFUND) / BigInt(workers.length)
  const payments = workers.map(({ agentId }) => ({ agentId, amount }))
  const fee = FEE
  const refund = BUDGET - fee - amount * BigInt(workers.length)
  return { taskId, evidence, payments, penalties, fee, refund }
}

async function drawAll(scene: Scene, { agentId, wallet }: SceneDomain['agents'][number]): Promise<number> {
  const args = [agentId] as const
  const purse = await callContract(scene.chain.provider, scene.addresses.Escrow, ABIS.Escrow, 'purseOf', args)
  return scene.act(wallet, 'Escrow', 'draw', [agentId, purse.balance])
}
