import { z } from 'zod'
import { Address } from './ids.ts'

/** `ent.chain.key.<address>`: what an operator has done with a key of the gateway. Said again, it changes nothing. */
export const KeyCommand = z.discriminatedUnion('do', [
  /** Nothing more is signed with it: no new message, and no higher fee of one that was sent. What was signed goes on. */
  z.strictObject({ do: z.literal('freeze'), reason: z.string().min(1).max(200) }),
  /** Takes back a freeze, and a rotation away from it. */
  z.strictObject({ do: z.literal('thaw') }),
  /** What is not signed yet goes to another key; what this one has signed is carried to its end by it. */
  z.strictObject({ do: z.literal('rotate'), to: Address }),
])
export type KeyCommand = z.infer<typeof KeyCommand>

export const KeyState = z.object({
  address: Address,
  /** Whether messages of the relayer go to it now. */
  relayer: z.boolean(),
  /** Why it is frozen; null when it is not. */
  frozen: z.string().nullable(),
  /** The key that took its place. */
  retiredFor: Address.nullable(),
  /** Messages under its numbers that have no outcome yet. */
  inFlight: z.int(),
  /** The pool that it belongs to. */
  pool: z.string().nullable(),
  /** Why its pool gives it no new message; null when it does, or when it is in none. */
  unfit: z.string().nullable(),
  /** Messages that were given to it, and have no number yet. */
  waiting: z.int(),
  /** Whether the gateway that says so gives out its numbers. */
  numbersHere: z.boolean(),
})
export type KeyState = z.infer<typeof KeyState>

/** `ent.chain.nodes`. What is added or removed counts until the gateway is started again. */
export const NodeCommand = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('list') }),
  /** As in `ETH_RPC_URL`, one node: its URL, its roles before it. */
  z.strictObject({ do: z.literal('add'), node: z.string() }),
  /** By the name that the list has for it. */
  z.strictObject({ do: z.literal('remove'), name: z.string() }),
])
export type NodeCommand = z.infer<typeof NodeCommand>

export const NodeState = z.object({
  /** Where it is, and a hash of its URL: that itself may hold a password. */
  name: z.string(),
  roles: z.array(z.enum(['writer', 'reader', 'archive'])),
  /** `silent`: does not answer; `behind`: lags; `out`: of another chain, or was found lying, and is asked no more. */
  standing: z.enum(['well', 'silent', 'behind', 'out']),
  /** Why it is not well. */
  why: z.string().nullable(),
  head: z.int().nullable(),
  /** Blocks behind the best. */
  lag: z.int(),
  latencyMs: z.number(),
  /** Share of its last requests that went unanswered, from 0 to 1; newer ones weigh more. */
  errorRate: z.number(),
  /** Whether it says new heads now; null when it was not to be asked to. */
  heads: z.enum(['heard', 'not heard']).nullable(),
})
export type NodeState = z.infer<typeof NodeState>
