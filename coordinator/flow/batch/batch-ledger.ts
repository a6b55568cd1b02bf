import type { Batch, Debit, Earning, PaymentLine, PenaltyLine, TaskLine } from '../../../protocol/batch.ts'
import { hashLine, hashNumber, type Lines } from '../../../protocol/batch-lines.ts'
import type { Hex } from '../../../protocol/hash.ts'
import { MerkleTree } from '../../../protocol/merkle.ts'

/** All lines of a batch, and the values behind them: what the settler publishes, and all that an auditor needs. */
export interface Ledger {
  readonly tasks: readonly TaskLine[]
  readonly payments: readonly PaymentLine[]
  readonly penalties: readonly PenaltyLine[]
  /** By agentId, from 0. */
  readonly earnings: readonly Earning[]
  /** Of each task, the values of its coalitions by mask. */
  readonly values: readonly (readonly bigint[])[]
}

/** The trees that a batch commits to. `inclusion(index)` is the path that opens a line. */
export interface LedgerTrees {
  readonly tasks: MerkleTree
  readonly payments: MerkleTree
  readonly penalties: MerkleTree
  readonly earnings: MerkleTree
}

/** What a batch's header says beyond its lines. */
export interface Setting {
  /** The batch whose earnings this one continues; 0 for the first. */
  readonly parent: bigint
  /** SHA-256 of the published file with all lines. */
  readonly data: Hex
  /** The anchored size of the evidence log in which the penalties' evidence lies. */
  readonly evidenceSize: bigint
}

/** @throws RangeError when a field of a line does not fit its type */
export function treesOf({ tasks, payments, penalties, earnings }: Ledger): LedgerTrees {
  return {
    tasks: treeOfLines('TaskLine', tasks),
    payments: treeOfLines('PaymentLine', payments),
    penalties: treeOfLines('PenaltyLine', penalties),
    earnings: treeOfLines('Earning', earnings),
  }
}

/** The tree of a task's coalition values, or of a payment's running sums. @throws RangeError when one is not a word */
export function treeOfNumbers(numbers: readonly bigint[]): MerkleTree {
  return treeOf(numbers.map(hashNumber))
}

/** What is posted of a ledger whose task lines stand in ascending order of requester. @throws as `treesOf` */
export function headerOf(ledger: Ledger, setting: Setting, trees: LedgerTrees = treesOf(ledger)): Batch {
  return {
    ...setting,
    tasks: trees.tasks.root(),
    payments: trees.payments.root(),
    penalties: trees.penalties.root(),
    earnings: trees.earnings.root(),
    taskCount: BigInt(ledger.tasks.length),
    paymentCount: BigInt(ledger.payments.length),
    penaltyCount: BigInt(ledger.penalties.length),
    earningCount: BigInt(ledger.earnings.length),
    fees: ledger.tasks.at(-1)?.feesSoFar ?? 0n,
    debits: debitsOf(ledger.tasks),
  }
}

/** One for every run of lines of one requester. */
function debitsOf(tasks: readonly TaskLine[]): Debit[] {
  return tasks.flatMap(({ order: { requester }, debited }, index) =>
    tasks[index + 1]?.order.requester === requester ? [] : [{ requester, endTask: BigInt(index + 1), amount: debited }],
  )
}

function treeOfLines<Kind extends keyof Lines>(kind: Kind, lines: readonly Lines[Kind][]): MerkleTree {
  return treeOf(lines.map(line => hashLine(kind, line)))
}

function treeOf(leaves: readonly Hex[]): MerkleTree {
  const tree = new MerkleTree()
  for (const leaf of leaves) tree.append(leaf)
  return tree
}
