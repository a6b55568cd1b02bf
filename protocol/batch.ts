import type { Hex } from './hash.ts'
import type { Address } from './ids.ts'
import type { Fault } from './settlement.ts'
import type { TaskOrder } from './task.ts'

/*
 * Batches of settlements as the contracts hold them: contracts/src/interfaces/IBatches.sol says what each field means.
 * Integers of up to 48 bits are `number`, wider ones `bigint`, as everywhere at the contracts' door.
 */

/** The faults that a batch can fine, in the order of the contracts' enum. */
export const lineFaults = ['no-show', 'wrong', 'unrevealed'] as const satisfies readonly Fault[]

/** A rule that a batch can be shown to break, by the contracts' name. */
export type Rule =
  | 'OrderInvalid'
  | 'BudgetExceeded'
  | 'SumWrong'
  | 'SplitWrong'
  | 'SettledTwice'
  | 'ReceiptInvalid'
  | 'ContributionWrong'
  | 'EarningsWrong'
  | 'PenaltyUnproven'
  | 'LineWithheld'

/** What a requester pays for all its tasks of a batch: the lines from the debit before up to `endTask`. */
export interface Debit {
  readonly requester: Address
  readonly endTask: bigint
  readonly amount: bigint
}

export interface Batch {
  readonly parent: bigint
  readonly data: Hex
  readonly tasks: Hex
  readonly payments: Hex
  readonly penalties: Hex
  readonly earnings: Hex
  readonly taskCount: bigint
  readonly paymentCount: bigint
  readonly penaltyCount: bigint
  readonly earningCount: bigint
  readonly evidenceSize: bigint
  readonly fees: bigint
  readonly debits: readonly Debit[]
}

/** An ECDSA signature; contracts' signatures do not count in batches. */
export interface Signature {
  readonly r: Hex
  readonly s: Hex
  readonly v: number
}

/** A task order with numbers as numbers. */
export interface LineOrder extends Omit<TaskOrder, 'budget' | 'deadline' | 'nonce'> {
  readonly budget: bigint
  /** Seconds since 1970. */
  readonly deadline: bigint
  readonly nonce: bigint
}

export interface TaskLine {
  readonly order: LineOrder
  readonly signature: Signature
  readonly pool: bigint
  readonly fee: bigint
  readonly debited: bigint
  readonly feesSoFar: bigint
  readonly firstPayment: bigint
  readonly endPayment: bigint
  readonly firstPenalty: bigint
  readonly endPenalty: bigint
  readonly coalitions: Hex
  readonly evidence: Hex
}

/** What an agent signed for its work: the fields of its `Receipt`, but for the task's id. */
export interface SignedReceipt {
  readonly agentId: bigint
  /** keccak256 of the subtask's id. */
  readonly subtask: Hex
  readonly attempt: number
  readonly inputHash: Hex
  readonly outputHash: Hex
  readonly startedAtMs: bigint
  readonly finishedAtMs: bigint
}

export interface PaymentLine extends SignedReceipt {
  readonly task: bigint
  readonly share: bigint
  readonly amount: bigint
  readonly earned: bigint
  readonly previous: bigint
  readonly trace: Hex
  readonly wallet: Address
  readonly signature: Signature
}

/** What an agent promised: the fields of its `Commit`, but for the task's id. */
export interface SignedCommit {
  readonly agentId: bigint
  /** keccak256 of the subtask's id. */
  readonly subtask: Hex
  readonly attempt: number
  readonly commitment: Hex
}

export interface PenaltyLine extends SignedCommit {
  readonly task: bigint
  readonly amount: bigint
  /** Index into `lineFaults`. */
  readonly fault: number
  readonly evidence: Hex
  readonly evidenceIndex: bigint
  readonly wallet: Address
  readonly signature: Signature
}

export interface Earning {
  readonly cumulative: bigint
  readonly last: bigint
}
