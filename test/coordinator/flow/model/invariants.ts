import { preemptedByRule, reservedByHistory } from './invariants-of-capacity.ts'
import {
  inOneMessage,
  isItsFold,
  nothingChanges,
  nothingIsOwed,
  onlyOnce,
  overviewHolds,
} from './invariants-of-history.ts'
import { endsOnce, settledInItsBatch, settledOnce } from './invariants-of-the-end.ts'
import { knownDeadline, nothingWaitsForEver, timeEndsIt, warnedOnce } from './invariants-of-time.ts'
import { answeredOnce, asExpected, givenInOrder, silentInTheirTime } from './invariants-of-work.ts'
import { judgedByRule } from './judging.ts'
import { replannedInOrder } from './replanning.ts'
import type { Check } from './step.ts'

/** The invariants of `decide.ts`, all but the last, which is asked of whole histories: `aVerifierAgrees`. */
export const checks = {
  answeredOnce,
  givenInOrder,
  endsOnce,
  settledInItsBatch,
  settledOnce,
  nothingChanges,
  nothingWaitsForEver,
  timeEndsIt,
  isItsFold,
  overviewHolds,
  onlyOnce,
  nothingIsOwed,
  asExpected,
  knownDeadline,
  warnedOnce,
  replannedInOrder,
  reservedByHistory,
  preemptedByRule,
  judgedByRule,
  inOneMessage,
  silentInTheirTime,
} as const

export const allChecks: readonly Check[] = Object.entries(checks).map(([name, check]) => ({ name, check }))
