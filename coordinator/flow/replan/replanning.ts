import type { TaskEventOf } from '../../../protocol/events.ts'
import type { Hex } from '../../../protocol/hash.ts'

/** What is known of the plans that a task had. */
export interface Replanning {
  /** Of the plan in force; null before there is one. */
  readonly planHash: Hex | null
  /** Times that its rest was replaced. */
  readonly made: number
  /** Set while a model is asked for another plan. */
  readonly sought: TaskEventOf<'ReplanSought'> | null
  /** Why none came of it. */
  readonly refused: string | null
}

export const unplanned: Replanning = { planHash: null, made: 0, sought: null, refused: null }
