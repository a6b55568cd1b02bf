import { z } from 'zod'
import { contentHash } from './canonical.ts'
import { AgentId, Millis, Signature } from './ids.ts'

/** No agent has more of anything, so that sums stay exact. */
const most = 1_000_000_000

/** What there is only so much of: `ambulances`, `beds`, `channel-minutes`. */
export const ResourceName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,30}$/, 'a resource: a-z, 0-9 and -, at most 31 characters')
  // Units are counted in plain objects, and every one of these has it.
  .refine(name => name !== 'constructor', 'a resource cannot be called constructor')

/** Units of a resource that are committed at once. */
export const Units = z.int().min(1).max(most)

/** Units by resource. */
export const Needs = z.record(ResourceName, Units)
export type Needs = z.infer<typeof Needs>

/** How much of each resource an agent can commit in all, and what one unit is. */
export const Resources = z.record(
  ResourceName,
  z.strictObject({ total: z.int().min(0).max(most), unit: z.string().min(1).max(31) }),
)
export type Resources = z.infer<typeof Resources>

/**
 * What an agent says that it can commit, by the signature of its wallet (EIP-712 `Capacity`) over the content hash of
 * `resources`. A later statement takes the place of an earlier one.
 */
export const CapacityStatement = z.strictObject({
  agentId: AgentId,
  resources: Resources,
  statedAtMs: Millis,
  /** From then on nothing new is reserved by it. */
  validUntilMs: Millis,
  signature: Signature,
})
export type CapacityStatement = z.infer<typeof CapacityStatement>

/** What is signed of a statement. */
export function capacityDocument({
  agentId,
  resources,
  statedAtMs,
  validUntilMs,
}: Omit<CapacityStatement, 'signature'>) {
  return { agentId, resourcesHash: contentHash(resources), statedAtMs, validUntilMs }
}
