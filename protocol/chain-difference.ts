import { z } from 'zod'

/** Something on which the chain, the gateway and the business side do not agree. */
export const Difference = z.object({
  /** A: sent, without an outcome. B: an outcome that nobody acted on. C: on chain, unknown to the gateway. */
  scan: z.enum(['A', 'B', 'C']),
  /** A message's id, or for C a transaction's hash. */
  about: z.string(),
  /** Who has to act: `gateway`, `operator`, or a tenant. */
  owner: z.string(),
  ageMs: z.int(),
  what: z.string(),
  /** What is done about it, or should be. */
  action: z.string(),
})
export type Difference = z.infer<typeof Difference>

/** All of them, by scan; all empty when all is well. */
export const Differences = z.object({
  unsettled: z.array(Difference),
  unheard: z.array(Difference),
  strays: z.array(Difference),
})
export type Differences = z.infer<typeof Differences>
