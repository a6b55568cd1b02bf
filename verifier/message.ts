import type { Report } from '../evidence/report.ts'

/** What the verifying thread says to the page, in this order: each check once it is done, then the end. */
export type Message =
  | { readonly kind: 'checked'; readonly name: string; readonly ok: boolean; readonly count: number }
  | {
      readonly kind: 'verified'
      readonly report: Report
      /** HTML, in which everything from the file is escaped. `rows` are bodies of the timeline's table. */
      readonly before: string
      readonly rows: readonly string[]
      readonly after: string
    }
  /** The file could not be verified at all: why, and what to do. */
  | { readonly kind: 'failed'; readonly what: string }
