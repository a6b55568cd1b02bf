import { z } from 'zod'
import { Address } from './ids.ts'

/** `ent.chain.key.<address>`: what an operator has done with a key of the gateway. Said again, it changes nothing. */
export const KeyCommand = z.discriminatedUnion('do', [
  /** Nothing more is signed with it, neither new messages nor those that have a number already. */
  z.strictObject({ do: z.literal('freeze'), reason: z.string().min(1).max(200) }),
  /** Takes back a freeze, and a rotation away from it. */
  z.strictObject({ do: z.literal('thaw') }),
  /** New messages go to another key; those that have a number under this one are carried to their end by it. */
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
})
export type KeyState = z.infer<typeof KeyState>
