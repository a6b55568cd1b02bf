import { type Wallet, ZeroAddress, ZeroHash } from 'ethers'
import type { Hex } from '../../contracts/bindings.ts'
import { emptyLine, leafOf, lineType, treeOf } from '../../contracts/gas/batch-lines.ts'
import { BATCH_SUBTASKS, batchOf, linesOf, requestersOf } from '../../contracts/gas/measure-batches.ts'
import { reserve, settlementOf } from '../../contracts/gas/measure-money.ts'
import { CREDIT, foundDomain, type Scene, type SceneDomain } from '../../contracts/gas/scene.ts'
import { sign } from '../../contracts/gas/sign.ts'

/** Of the deployment's parameters: a batch's window, and how long there is to show, to appeal and to rule. */
const [WINDOW_S, SHOW_S, APPEAL_S, RULING_S] = [86_400, 21_600, 3 * 86_400, 7 * 86_400]
const TASKS = 128
const EVIDENCE = `0x${'5a'.repeat(32)}` as Hex
const taskType = lineType('TaskDisputes', 'disputeOrder', 'task')
// biome-ignore lint/suspicious/noExplicitAny: a line with every field at zero, which the ABI checks when it is encoded.
const emptyTask = emptyLine(taskType) as any

interface Cast {
  readonly scene: Scene
  readonly domain: SceneDomain
  readonly requesters: readonly Wallet[]
  /** Demands lines. */
  readonly asker: Wallet
  /** Shows them, and condemns. */
  readonly rival: Wallet
}

/** All that can become of money on chain: deposits, tasks, batches, demands, disputes, penalties, appeals, and ways out. */
export async function actMoney(scene: Scene): Promise<void> {
  const domain = await foundDomain(scene, 'office', 2)
  const requesters = await requestersOf(scene)
  const [asker, rival] = [await scene.actor(100n * CREDIT), await scene.actor(0n)]
  const cast: Cast = { scene, domain, requesters, asker, rival }
  await giveMoney(cast)
  await settleByBatches(cast)
  await finePart(cast)
  await leave(cast)
}

async function giveMoney({ scene, domain: { admin, agents }, requesters, asker }: Cast): Promise<void> {
  const { governor, settler, addresses } = scene
  await scene.act(admin, 'Escrow', 'deposit', [admin.address as Hex, 900n * CREDIT])
  await scene.act(admin, 'Stake', 'deposit', [agents[0]!.agentId, 50n * CREDIT])
  await scene.act(admin, 'Stake', 'requestUnbond', [agents[0]!.agentId, 47n * CREDIT])
  await scene.act(asker, 'Escrow', 'deposit', [asker.address as Hex, 100n * CREDIT])
  const bonds = 10_000n * CREDIT
  await scene.act(governor, 'EntenteToken', 'mint', [governor.address as Hex, bonds])
  await scene.act(governor, 'EntenteToken', 'approve', [addresses.Escrow as Hex, bonds])
  await scene.act(governor, 'Escrow', 'deposit', [settler.address as Hex, bonds])
  // Batches take what is about to leave too.
  await scene.act(requesters[0]!, 'Escrow', 'announceWithdrawal', [10_000n * CREDIT - 300n])
}

async function settleByBatches({ scene, domain, requesters, asker, rival }: Cast): Promise<void> {
  const { settler, governor, chain } = scene
  const tasks = linesOf(TASKS, taskType)
  const task = (index: number) => ({ line: emptyTask, index: BigInt(index), path: tasks.path(index) })
  const earned = { cumulative: 7n, last: 0n }
  const earnings = treeOf(Array.from({ length: BATCH_SUBTASKS }, () => leafOf('(uint256,uint64)', [7n, 0n])))
  const batch = (parent: bigint) => batchOf(requesters, parent, { tasks, earnings })
  const post = async (parent: bigint) => {
    await scene.act(settler, 'Batches', 'post', [batch(parent)])
    return batch(parent)
  }
  const placeOf = (index: bigint) => ({ tree: 0, index, sub: 0n })

  // It stands: a dispute of it is refused, and what is demanded of it is shown, at last after the window.
  const first = await post(0n)
  const dispute = scene.act(rival, 'TaskDisputes', 'disputeBudget', [1n, first, task(5)])
  await dispute.then(
    () => Promise.reject(new Error('a budget that is kept was disputed')),
    (error: Error) => {
      if (!error.message.includes('DisputeUnfounded')) throw error
    },
  )
  for (const index of [0n, 1n, 0n]) {
    await scene.act(asker, 'Demands', 'demand', [1n, first, placeOf(index)])
    if (index === 1n) chain.skip(SHOW_S / 2)
    await scene.act(rival, 'Demands', 'showTask', [1n, first, task(Number(index))])
  }
  chain.skip(WINDOW_S - SHOW_S)
  await scene.act(asker, 'Demands', 'demand', [1n, first, placeOf(2n)])
  await scene.act(rival, 'Demands', 'showTask', [1n, first, task(2)])

  // One whose line nobody shows falls, with what stands on it and what is demanded of that.
  const second = await post(1n)
  const third = await post(2n)
  await scene.act(asker, 'Demands', 'demand', [2n, second, placeOf(3n)])
  await scene.act(asker, 'Demands', 'demand', [3n, third, placeOf(4n)])
  chain.skip(SHOW_S + 1)
  await scene.act(governor, 'Batches', 'finalise', [1n, first])
  await scene.act(rival, 'Demands', 'expire', [2n, placeOf(3n)])
  await scene.act(rival, 'Demands', 'withdraw', [3n, placeOf(4n)])
  await scene.act(rival, 'Batches', 'unwind', [2n, second])
  await scene.act(rival, 'Batches', 'unwind', [3n, third])

  const treasury = await scene.actor(0n)
  await scene.act(governor, 'Escrow', 'setTreasury', [treasury.address as Hex])
  // A dispute condemns it, and its debits are not returned yet when all is over; one waits on its parent.
  const fourth = await post(1n)
  await scene.act(rival, 'TaskDisputes', 'disputeOrder', [4n, fourth, task(5)])
  const last = await post(1n)
  await scene.act(asker, 'Demands', 'demand', [5n, last, placeOf(6n)])

  const [agent] = domain.agents
  const path = earnings.path(Number(agent!.agentId))
  await scene.act(rival, 'Escrow', 'claim', [agent!.agentId, earned, BigInt(BATCH_SUBTASKS), path])
  await scene.act(agent!.wallet, 'Escrow', 'draw', [agent!.agentId, 3n])
}

/** Four penalties: appealed and upheld, dropped, left without a ruling, and not appealed at all; and one in appeal. */
async function finePart({ scene, domain, rival }: Cast): Promise<void> {
  const { governor, settler, addresses, chain } = scene
  const [{ agentId }] = domain.agents as [SceneDomain['agents'][number]]
  const fined: Hex[] = []
  for (const nonce of [1n, 2n, 3n, 4n, 5n]) {
    const { taskId } = await reserve(scene, domain, nonce)
    const penalties = [{ agentId, amount: 2n * CREDIT + nonce, evidence: EVIDENCE }]
    const settlement = settlementOf(taskId, domain.agents, penalties, EVIDENCE)
    const signature = await sign(addresses, settler, 'Settlement', settlement)
    await scene.act(rival, 'Escrow', 'settle', [settlement, signature])
    fined.push(taskId)
  }
  const [upheld, dropped, left, unappealed, open] = fined as [Hex, Hex, Hex, Hex, Hex]
  for (const taskId of [upheld, dropped, left]) {
    await scene.act(domain.admin, 'Penalties', 'appeal', [taskId, agentId])
  }
  await scene.act(governor, 'Penalties', 'uphold', [upheld, agentId])
  await scene.act(governor, 'Penalties', 'drop', [dropped, agentId])
  chain.skip(APPEAL_S - 100)
  await scene.act(domain.admin, 'Penalties', 'appeal', [open, agentId])
  chain.skip(200)
  await scene.act(rival, 'Penalties', 'enforce', [unappealed, agentId])
  chain.skip(RULING_S - APPEAL_S)
  await scene.act(rival, 'Penalties', 'lapse', [left, agentId])
}

async function leave({ scene, domain: { admin, agents }, domain, requesters, rival }: Cast): Promise<void> {
  const { taskId } = await reserve(scene, domain, 6n)
  await planInVain(scene, domain)
  scene.chain.skip(50 * 86_400)
  await scene.act(rival, 'Escrow', 'reclaim', [taskId])
  await scene.act(requesters[0]!, 'Escrow', 'withdraw', [])
  await scene.act(admin, 'Stake', 'withdraw', [agents[0]!.agentId])
}

/** A response plan that never fires, and is closed. */
async function planInVain(scene: Scene, { domainId, admin, agents }: SceneDomain): Promise<void> {
  const least = { minSeverity: 0, minUrgency: 0, minCertainty: 0, quorum: 1, cooldownSeconds: 0n }
  const open = { eventKind: ZeroHash as Hex, area: ZeroHash as Hex, approver: ZeroAddress as Hex }
  const expires = BigInt(scene.chain.now() + 86_400)
  const plan = { planId: EVIDENCE, specHash: EVIDENCE, ...least, ...open, expires, budget: CREDIT, taskSeconds: 60n }
  await scene.act(admin, 'ResponsePlans', 'create', [domainId, plan, agents.map(({ agentId }) => agentId)])
  await scene.act(admin, 'ResponsePlans', 'fund', [EVIDENCE, 5n * CREDIT])
  await scene.act(admin, 'ResponsePlans', 'close', [EVIDENCE])
}
