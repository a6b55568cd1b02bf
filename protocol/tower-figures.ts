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
      /**
       * `contradicted`: its lines agree with one another, and not with the logs of its tasks. No contract can see that: it is
       * for people to act on.
       */
      verdict: z.enum(['right', 'wrong', 'contradicted', 'unjudged']),
      /** Null for a right one. */
      why: z.string().nullable(),
      /** Task lines whose tasks have no log on this bus: of these the tower has the published lines alone. */
      unlogged: z.int(),
      /** Lines asked for and not shown yet. */
      demands: z.int(),
    }),
  ),
})
export type TowerFigures = z.infer<typeof TowerFigures>
