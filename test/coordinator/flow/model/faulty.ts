import type { checks } from './invariants.ts'
import type { Rules } from './step.ts'

/** Rules with one fault in them, and the invariant that must find it. */
export interface Faulty {
  readonly fault: string
  readonly foundBy: keyof typeof checks | 'aVerifierAgrees'
  /** Afresh for each task: some faults have a memory. */
  readonly rules: () => Rules
}
