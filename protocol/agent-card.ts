import { z } from 'zod'
import { Amount } from './ids.ts'
import { JsonSchema } from './json-schema.ts'

export const SkillCard = z.object({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
  version: z.string().regex(/^\d+\.\d+\.\d+$/),
  description: z.string(),
  inputSchema: JsonSchema,
  outputSchema: JsonSchema,
  price: Amount,
})
export type SkillCard = z.infer<typeof SkillCard>

/** Assignments that an agent takes at a time when its card does not say. */
const defaultConcurrency = 4
/** With what may wait for a reveal beside it, within what a queue gives out unacknowledged (registry/credentials.ts). */
const maxConcurrency = 256

/**
 * What an agent says of itself: an ERC-8004 registration file with its skills spelled out. On chain stands
 * `urn:entente:card:<sha256>`; the bytes are in the `cards` bucket and mean nothing unless they have that hash.
 */
export const AgentCard = z.looseObject({
  type: z.literal('https://eips.ethereum.org/EIPS/eip-8004#registration-v1'),
  name: z.string().min(1).max(64),
  description: z.string(),
  services: z.array(z.object({ name: z.string(), endpoint: z.string(), version: z.string().optional() })),
  x402Support: z.boolean(),
  active: z.boolean(),
  supportedTrust: z.array(z.string()),
  skills: z.array(SkillCard),
  /** Assignments that it takes at a time; coordinators give it no more. */
  concurrency: z.int().min(1).max(maxConcurrency).optional(),
})
export type AgentCard = z.infer<typeof AgentCard>

/** How many assignments an agent takes at a time. */
export function concurrencyOf({ concurrency }: Pick<AgentCard, 'concurrency'>): number {
  return concurrency ?? defaultConcurrency
}

/** The agent URI for a card with this content hash. */
export const cardUri = (hash: string) => `urn:entente:card:${hash.slice(2)}`

/** The content hash that an agent URI names, or null for URIs of another kind. */
export function hashOfCardUri(uri: string): `0x${string}` | null {
  const match = /^urn:entente:card:([0-9a-f]{64})$/.exec(uri)
  return match ? `0x${match[1]}` : null
}
