import type { Schema } from '../../../protocol/parameters.ts'
import type { PlanLimits } from '../../flow/plan.ts'

/** What is to be planned. */
export interface GoalWanted {
  /** In words, at most 2,000 characters. */
  readonly goal: string
  /** What the task's input will look like. A model sees this, never the input itself. */
  readonly inputSchema?: Schema
  /** What is not said is not checked. */
  readonly budget?: bigint
  readonly feeBps?: number
  readonly availableMs?: number
}

/** More than any plan costs. */
const anyBudget = 2n ** 256n

export function limitsOf({
  budget = anyBudget,
  feeBps = 0,
  availableMs = Number.POSITIVE_INFINITY,
}: GoalWanted): PlanLimits {
  return { budget, feeBps, availableMs }
}
