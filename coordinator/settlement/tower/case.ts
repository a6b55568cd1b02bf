import type { Batch, TaskLine } from '../../../protocol/batch.ts'
import type { Hex } from '../../../protocol/hash.ts'
import type { Ledger } from '../../flow/batch/batch-ledger.ts'
import type { Finding } from '../../flow/batch/finding.ts'
import type { OpenedNumber } from '../open-lines.ts'

/** A batch under audit, and what lies around it. */
export interface Case {
  readonly id: bigint
  readonly batch: Batch
  readonly ledger: Ledger
  /** The batch whose earnings this one continues; null for the first. */
  readonly parent: { readonly batch: Batch; readonly ledger: Ledger } | null
  /** An earlier batch that settles the order of this task line; null where none does. */
  settledBefore(line: TaskLine): SettledElsewhere | null
  /** The path of a leaf of the evidence log at the size that the batch names; null where it has none. */
  evidenceAt(index: bigint): { readonly leaf: Hex; readonly path: readonly Hex[] } | null
  /** A running sum of a payment that was shown on chain on demand. */
  shownSum(payment: number, step: number): OpenedNumber | undefined
}

export interface SettledElsewhere {
  readonly id: bigint
  readonly batch: Batch
  readonly ledger: Ledger
  readonly index: number
}

/** A call that condemns the batch, if the contracts see it as the auditor does. */
export interface Challenge {
  readonly finding: Finding
  readonly contract: 'TaskDisputes' | 'PaymentDisputes'
  readonly call: string
  readonly args: readonly unknown[]
}

/** Without what every call begins with: the id of the batch, and the batch. */
export type Call = readonly [Challenge['contract'], string, ...unknown[]]
