import { encodeBytes32String, ZeroAddress } from 'ethers'
import type { Hex } from '../bindings.ts'
import { CREDIT, foundDomain, type Scene, type SceneDomain } from './scene.ts'
import { sign } from './sign.ts'

const HASH = `0x${'5a'.repeat(32)}` as Hex
const PLAN_ID = encodeBytes32String('hurricane-response') as Hex
const KIND = encodeBytes32String('hurricane') as Hex
const NO_DOMAIN = `0x${'00'.repeat(32)}` as Hex
const BUDGET = 100n * CREDIT

export async function measureResponse(scene: Scene): Promise<void> {
  const { gas, governor } = scene
  const domains = [
    await foundDomain(scene, 'weather-one', 1),
    await foundDomain(scene, 'weather-two', 1),
    await foundDomain(scene, 'weather-three', 1),
  ]
  const attestors = domains.map(({ agents }) => agents[0]!.agentId)
  const plan = planOf(scene)
  gas['create a response plan with 3 attestors'] = await scene.act(governor, 'ResponsePlans', 'create', [
    NO_DOMAIN,
    plan,
    attestors,
  ])
  const funder = await scene.actor(10n * BUDGET)
  gas['fund a response plan'] = await scene.act(funder, 'ResponsePlans', 'fund', [PLAN_ID, 4n * BUDGET])

  gas['attest an alert, the first to'] = await attest(scene, domains[0]!)
  gas['attest an alert, and open the response'] = await attest(scene, domains[1]!)
  gas['attest an alert after the response opened'] = await attest(scene, domains[2]!)
}

function planOf(scene: Scene) {
  return {
    planId: PLAN_ID,
    specHash: HASH,
    eventKind: KIND,
    minSeverity: 3,
    minUrgency: 3,
    minCertainty: 3,
    area: NO_DOMAIN,
    quorum: 2,
    cooldownSeconds: 3_600n,
    expires: BigInt(scene.chain.now() + 365 * 86_400),
    budget: BUDGET,
    taskSeconds: 3_600n,
    approver: ZeroAddress as Hex,
  }
}

async function attest(scene: Scene, domain: SceneDomain): Promise<number> {
  const alert = {
    alertHash: HASH,
    eventKind: KIND,
    severity: 4,
    urgency: 3,
    certainty: 3,
    area: HASH,
    validUntil: 2_000_000_000n,
  }
  const { agentId, wallet } = domain.agents[0]!
  const signature = await sign(scene.addresses, wallet, 'Attestation', { planId: PLAN_ID, agentId, ...alert })
  return scene.act(scene.governor, 'ResponsePlans', 'attest', [PLAN_ID, alert, agentId, signature])
}
