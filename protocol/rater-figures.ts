import { z } from 'zod'
import { Millis } from './ids.ts'

/** What a rater has seen written, and what waits: its answer on `ent.rater.figures`. */
export const RaterFigures = z.object({
  /** Whether it is the one that writes. */
  holdsLease: z.boolean(),
  /** Ratings that the chain has, whoever sent them. */
  rated: z.int(),
  /** Ratings that no contract takes, since the agent's owner shut them out. */
  shutOut: z.int(),
  /** Ratings of settled tasks that the chain does not have yet... */
  waiting: z.int(),
  /** ...and since when the oldest waits; null where none does. */
  waitingSinceMs: Millis.nullable(),
})
export type RaterFigures = z.infer<typeof RaterFigures>
