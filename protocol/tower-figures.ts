import { z } from 'zod'
import { Address } from './ids.ts'

/** What a tower watched, and what it makes of the batches that wait: its answer on `ent.tower.figures`. */
export const TowerFigures = z.object({
  account: Address,
  /** Batches that were ever posted. */
  watched: z.int(),
  /** Of those, posted and neither final nor fallen. */
  waiting: z.int(),
  right: z.int(),
  condemned: z.int(),
  condemnedByUs: z.int(),
  open: z.array(
    z.object({
      id: z.string(),
      verdict: z.enum(['right', 'wrong', 'unjudged']),
      /** Null for a right one. */
      why: z.string().nullable(),
      /** Lines asked for and not shown yet. */
      demands: z.int(),
    }),
  ),
})
export type TowerFigures = z.infer<typeof TowerFigures>
