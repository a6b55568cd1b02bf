import { z } from 'zod'
import { AgentId, Bytes32 } from './ids.ts'
import { JsonValue } from './json.ts'

/** One replica's value in one field, outside what the verdict allows. `field` is a JSON pointer (RFC 6901). */
export const Deviation = z.object({
  agentId: AgentId,
  field: z.string(),
  got: JsonValue,
  merged: JsonValue,
  /** How far it is off: of numbers their difference, of texts the share of words that are not common. */
  by: z.number().min(0).optional(),
})
export type Deviation = z.infer<typeof Deviation>

/** What agreement made of the replicas' results. */
export const Verdict = z.object({
  outcome: z.enum(['agreed', 'disagreed']),
  /** Agents whose results stand. */
  accepted: z.array(AgentId),
  /** Agents whose results deviate in at least one judged field. */
  deviators: z.array(AgentId),
  deviations: z.array(Deviation),
  /** Asked, and silent to the end of the commit phase. */
  noShows: z.array(AgentId),
  /** Committed, and never opened the commitment. */
  unrevealed: z.array(AgentId),
  /** What each one's word weighed; absent where all weighed the same. */
  voices: z.array(z.object({ agentId: AgentId, weight: z.number().min(0) })).optional(),
  /** Agents that share their mistakes, and so have one voice together. */
  together: z.array(z.array(AgentId)).optional(),
  /** The model that chose what stands, and the record of how it was asked; absent where the rules alone decided. */
  judge: z.object({ model: z.string(), judging: Bytes32 }).optional(),
  /** accepted ÷ asked, by weight. */
  confidence: z.number().min(0).max(1),
  outputHash: Bytes32.nullable(),
})
export type Verdict = z.infer<typeof Verdict>
