import type { Wallet } from 'ethers'
import type { Hex } from '../bindings.ts'
import { emptyLine, type LineTree, leafOf, type lineType, treeOf } from './batch-lines.ts'
import { CREDIT, type Scene } from './scene.ts'

/** What one batch of the measure holds: 1,024 settled subtasks, of 128 tasks, of 10 requesters, for 1,024 agents. */
export const BATCH_SUBTASKS = 1_024
const TASKS = 128
const REQUESTERS = 10
const DEBIT = 1_000n
const FEES = 100n
const AGENT = 700n
const HASH = `0x${'5a'.repeat(32)}` as Hex
/** Of the deployment's parameters, and more than any of its windows. */
const A_WHILE_S = 2 * 86_400

export async function measureBatches(scene: Scene): Promise<void> {
  const { gas, settler, governor } = scene
  const requesters = await requestersOf(scene)
  await fund(scene, settler, 100_000n)
  const earned = { cumulative: DEBIT, last: 0n }
  const earnings = treeOf(Array.from({ length: BATCH_SUBTASKS }, () => leafOf('(uint256,uint64)', [DEBIT, 0n])))
  const more = treeOf(Array.from({ length: BATCH_SUBTASKS }, () => leafOf('(uint256,uint64)', [2n * DEBIT, 0n])))

  const first = batchOf(requesters, 0n, { earnings })
  await scene.act(settler, 'Batches', 'post', [first])
  scene.chain.skip(A_WHILE_S)
  await scene.act(governor, 'Batches', 'finalise', [1n, first])
  gas['claim what batches gave, the first time'] = await scene.act(governor, 'Escrow', 'claim', [
    AGENT,
    earned,
    BigInt(BATCH_SUBTASKS),
    earnings.path(Number(AGENT)),
  ])

  const second = batchOf(requesters, 1n, { earnings: more })
  gas['post a batch of 1,024 subtasks for 10 requesters'] = await scene.act(settler, 'Batches', 'post', [second])
  scene.chain.skip(A_WHILE_S)
  gas['make a batch final'] = await scene.act(governor, 'Batches', 'finalise', [2n, second])
  gas['claim what batches gave'] = await scene.act(governor, 'Escrow', 'claim', [
    AGENT,
    { ...earned, cumulative: 2n * DEBIT },
    BigInt(BATCH_SUBTASKS),
    more.path(Number(AGENT)),
  ])
  const whole =
    gas['post a batch of 1,024 subtasks for 10 requesters']! +
    gas['make a batch final']! +
    gas['anchor a checkpoint of the evidence log']!
  gas['settle a subtask in such a batch, with its share of evidence and finality'] = Math.ceil(whole / BATCH_SUBTASKS)
}

/** Ten accounts with money in escrow, in the order of their addresses, as debits have them. */
export async function requestersOf(scene: Scene): Promise<Wallet[]> {
  const wallets: Wallet[] = []
  for (let index = 0; index < REQUESTERS; index++) {
    const wallet = await scene.actor(0n)
    await fund(scene, wallet, 10_000n)
    wallets.push(wallet)
  }
  return wallets.sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1))
}

async function fund(scene: Scene, wallet: Wallet, credits: bigint): Promise<void> {
  const amount = credits * CREDIT
  const { governor, addresses } = scene
  await scene.act(governor, 'EntenteToken', 'mint', [governor.address as Hex, amount])
  await scene.act(governor, 'EntenteToken', 'approve', [addresses.Escrow as Hex, amount])
  await scene.act(governor, 'Escrow', 'deposit', [wallet.address as Hex, amount])
}

export type Trees = Partial<Record<'tasks' | 'payments' | 'penalties' | 'earnings', LineTree>>

/** A batch of the measure's size. What no tree is given for is a hash, since nobody looks inside. */
export function batchOf(requesters: readonly Wallet[], parent: bigint, trees: Trees) {
  const debits = requesters.map((wallet, index) => ({
    requester: wallet.address as Hex,
    endTask: index + 1 < REQUESTERS ? BigInt((index + 1) * 12) : BigInt(TASKS),
    amount: DEBIT,
  }))
  return {
    parent,
    data: HASH,
    tasks: trees.tasks?.root ?? HASH,
    payments: trees.payments?.root ?? HASH,
    penalties: trees.penalties?.root ?? HASH,
    earnings: trees.earnings?.root ?? HASH,
    taskCount: BigInt(TASKS),
    paymentCount: BigInt(BATCH_SUBTASKS),
    penaltyCount: BigInt(BATCH_SUBTASKS),
    earningCount: BigInt(BATCH_SUBTASKS),
    evidenceSize: 100n,
    fees: FEES,
    debits,
  }
}

/** A tree of like lines, but for those named. */
export function linesOf(size: number, type: ReturnType<typeof lineType>, own: Record<number, object> = {}): LineTree {
  const common = leafOf(type, emptyLine(type))
  return treeOf(Array.from({ length: size }, (_, index) => (own[index] ? leafOf(type, own[index]) : common)))
}
