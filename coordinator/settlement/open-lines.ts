import type { Earning, PaymentLine, PenaltyLine, TaskLine } from '../../protocol/batch.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { Ledger, LedgerTrees } from '../flow/batch/batch-ledger.ts'
import { treeOfNumbers, treesOf } from '../flow/batch/batch-ledger.ts'

/** A line with its place and path, as the contracts take it (`OpenTask`, `OpenPayment`, `OpenPenalty`). */
export interface Opened<Line> {
  readonly line: Line
  readonly index: bigint
  readonly path: readonly Hex[]
}

/** `OpenEarning`: its place is the agent's number. */
export interface OpenedEarning {
  readonly line: Earning
  readonly path: readonly Hex[]
}

/** `OpenNumber`: a coalition's value, or a running sum. */
export interface OpenedNumber {
  readonly value: bigint
  readonly path: readonly Hex[]
}

/** Opens lines of a ledger; its trees are built when the first is asked for. */
export class OpenLines {
  readonly #ledger: Ledger
  #trees: LedgerTrees | undefined

  constructor(ledger: Ledger) {
    this.#ledger = ledger
  }

  get #built(): LedgerTrees {
    this.#trees ??= treesOf(this.#ledger)
    return this.#trees
  }

  task(index: number): Opened<TaskLine> {
    return { line: this.#ledger.tasks[index]!, index: BigInt(index), path: this.#built.tasks.inclusion(index) }
  }

  payment(index: number): Opened<PaymentLine> {
    return { line: this.#ledger.payments[index]!, index: BigInt(index), path: this.#built.payments.inclusion(index) }
  }

  penalty(index: number): Opened<PenaltyLine> {
    return { line: this.#ledger.penalties[index]!, index: BigInt(index), path: this.#built.penalties.inclusion(index) }
  }

  earning(agentId: number): OpenedEarning {
    return { line: this.#ledger.earnings[agentId]!, path: this.#built.earnings.inclusion(agentId) }
  }
}

/** Opens one of the numbers below a root of their own. */
export function openNumber(numbers: readonly bigint[], index: number): OpenedNumber {
  return { value: numbers[index]!, path: treeOfNumbers(numbers).inclusion(index) }
}
