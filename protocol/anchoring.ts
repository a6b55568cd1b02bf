import { z } from 'zod'
import { contentHash } from './canonical.ts'
import { AnchorProof } from './chain-message.ts'
import type { Hex } from './hash.ts'
import { Address, Bytes32, Millis } from './ids.ts'

/** Items that are submitted together, at most: half a megabyte as a request. */
export const itemsAtOnce = 8_192
const digits = 64

/** `ent.chain.anchor.<tenant>`. The same key with the same items is the same batch, however often it is sent. */
export const ItemBatch = z.object({
  businessId: z.string().min(1).max(200),
  /** Hashes of what is to be anchored, 32 bytes each, side by side, as one text of digits. */
  items: z
    .string()
    .max(2 + itemsAtOnce * digits, `at most ${itemsAtOnce} items`)
    .regex(/^0x[0-9a-f]+$/, 'lower-case hexadecimal digits after 0x')
    .refine(text => (text.length - 2) % digits === 0, `${digits} digits an item`),
})
export type ItemBatch = z.infer<typeof ItemBatch>

/** The answer: the items are stored, and will be anchored whatever happens. */
export const BatchTaken = z.object({ batchId: Bytes32, items: z.int() })
export type BatchTaken = z.infer<typeof BatchTaken>

/** `ent.chain.anchored.<tenant>`. */
export const BatchKey = z.object({ businessId: z.string().min(1).max(200) })
export type BatchKey = z.infer<typeof BatchKey>

/** A tree, as it is stored: the items of all batches after one place in the stream and up to another, in their order. */
export const ClosedTree = z.object({
  after: z.int(),
  to: z.int(),
  /** Items in it. */
  size: z.int().min(1),
  root: Bytes32,
  /** Where in the stream the tree before it is; 0 for none. */
  before: z.int(),
  /** Where the oldest is that was not known to be anchored when this one was closed: all that are before that one are. */
  waiting: z.int().default(0),
  atMs: Millis,
})
export type ClosedTree = z.infer<typeof ClosedTree>

/** What became of a batch. */
export const BatchState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('gathered') }),
  /** In a tree whose root is on its way to the chain. */
  z.object({ state: z.literal('sent'), messageId: Bytes32 }),
  z.object({
    state: z.literal('anchored'),
    root: Bytes32,
    /** Items of the tree, and which of them is the batch's first. */
    size: z.int(),
    first: z.int(),
    /** As `ItemTree.besides` gives them. */
    besides: z.array(Bytes32),
    messageId: Bytes32,
    /** The contract whose event has the root, and that it is in a block. */
    contract: Address,
    anchor: AnchorProof,
  }),
])
export type BatchState = z.infer<typeof BatchState>
export type AnchoredBatch = Extract<BatchState, { state: 'anchored' }>

/** One item, and all that it takes to verify that the chain anchored it: nobody has to be asked. */
export const AnchoredItem = z.object({
  item: Bytes32,
  index: z.int(),
  size: z.int(),
  root: Bytes32,
  path: z.array(Bytes32),
  contract: Address,
  anchor: AnchorProof.omit({ txHash: true }),
})
export type AnchoredItem = z.infer<typeof AnchoredItem>

export function batchIdOf(tenant: string, businessId: string): Hex {
  return contentHash([tenant, 'anchor', businessId])
}
