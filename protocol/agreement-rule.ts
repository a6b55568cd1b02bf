import { z } from 'zod'

/**
 * How one field of replicas' outputs is merged; carried in a skill's output schema as `agree`.
 * - `median`: a number; replicas further than `tolerance` from the median deviate. Inside a `list` whose key is a number,
 *   `tolerancePerKey` is added for every unit of the key: forecasts may part further the later the hour.
 * - `vote`: the value most replicas gave; the others deviate.
 * - `exact`: all must be equal, else there is no agreement.
 * - `list`: objects matched by `key`, merged field by field.
 * - `set`: elements in no order; one stands when more than half of the replicas name it, and replicas with others deviate.
 * - `text`: the replica nearest to all others, by the words in common; replicas further from it than `tolerance` deviate, from
 *   0, the same words, to 1, none in common.
 * - `ignore`: taken from the first replica that stands, never judged.
 * A field that says nothing is merged by its type: numbers `median` with tolerance 0, records by field, the rest `vote`.
 */
export const AgreementRule = z.discriminatedUnion('by', [
  z.object({
    by: z.literal('median'),
    tolerance: z.number().min(0),
    tolerancePerKey: z.number().min(0).optional(),
  }),
  z.object({ by: z.literal('vote') }),
  z.object({ by: z.literal('exact') }),
  z.object({ by: z.literal('list'), key: z.string() }),
  z.object({ by: z.literal('set') }),
  z.object({ by: z.literal('text'), tolerance: z.number().min(0).max(1) }),
  z.object({ by: z.literal('ignore') }),
])
export type AgreementRule = z.infer<typeof AgreementRule>
