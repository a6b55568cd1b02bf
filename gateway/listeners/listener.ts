import { z } from 'zod'
import { AddListener } from '../../protocol/chain-listener.ts'

/** A listener as the bucket has it, under its id. */
export const Listener = AddListener.omit({ from: true }).extend({
  id: z.string(),
  /** Signs what is sent. Secret. */
  secret: z.string(),
  /** Place in the stream of the first event that it gets. */
  firstSequence: z.int(),
  createdAtMs: z.int(),
})
export type Listener = z.infer<typeof Listener>
