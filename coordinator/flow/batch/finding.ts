import type { Rule } from '../../../protocol/batch.ts'

/** What an auditor finds wrong with a batch. */
export interface Finding {
  readonly rule: Rule
  /** `Header` is what was posted, beside the lines. */
  readonly tree: 'Header' | 'Tasks' | 'Payments' | 'Penalties' | 'Earnings'
  /** Of the line in its tree; 0 in the header. */
  readonly index: number
  readonly why: string
}
