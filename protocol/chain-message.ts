import { z } from 'zod'
import { contentHash } from './canonical.ts'
import type { Hex } from './hash.ts'
import { Address, Amount, Bytes, Bytes32, Millis } from './ids.ts'
import { JsonValue } from './json.ts'

/** Name of a pool of the gateway's signers. */
export const SignerPool = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/)

/** What someone wants done on chain. The same key with the same payload is the same message, however often it is sent. */
export const ChainIntent = z.object({
  tenant: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
  operation: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/),
  businessId: z.string().min(1).max(200),
  /** Which of the gateway's signers sends it: `relayer` for calls whose authority is a signature inside, or any key of a pool. */
  from: z.union([z.literal('relayer'), z.templateLiteral(['pool:', SignerPool]), Address]),
  /** Name in the contract registry; the gateway finds the address and encodes the call. */
  contract: z.string().min(1).max(31),
  call: z.string().min(1).max(64),
  /** As the ABI orders them; integers as decimal strings, bytes as hex, structs as objects. */
  args: z.array(JsonValue),
  value: Amount.default('0'),
  /**
   * The most gas that the call may use, where its sender knows: then no node tries the call before it is sent, and one that the
   * contract refuses is REVERTED, with a number of its signer and the gas paid. Left out, a node says what it needs.
   */
  gasLimit: Amount.optional(),
  /** Keep the proof that the transaction's receipt is in its block, for offline verification. */
  prove: z.boolean().default(false),
  /** `batch`: it may go in one transaction with others of its signer; `single`: it may not. Left out, its tenant's lane. */
  lane: z.enum(['single', 'batch']).optional(),
  /** Of what waits for a number it goes first. */
  urgent: z.literal(true).optional(),
  /**
   * Messages of a tenant with the same key are numbered in the order in which they were accepted, each after those before
   * it, by one signer as long as that can; they go alone, whatever their lane.
   */
  orderKey: z.string().min(1).max(200).optional(),
  /**
   * `final`: it is COMPLETED as it becomes final, for a sender that reads outcomes from the log by a cursor of its own. Left out,
   * its sender says that it has acted on the outcome, and until then is told again.
   */
  completes: z.literal('final').optional(),
})
export type ChainIntent = z.infer<typeof ChainIntent>

/** Of intents, or of outcomes that were acted on, go so many in one request at most. */
export const messagesAtOnce = 1_000

/** The states of a message's life, in the order in which they can follow (DESIGN, the gateway's pipeline). */
export const messageStates = [
  'RECEIVED',
  'ADMITTED',
  'BATCHED',
  'NONCED',
  'SIGNED',
  'SENDING',
  'POOLED',
  'INDETERMINATE',
  'MINED',
  'FINAL',
  'NOTIFIED',
  'COMPLETED',
  'REORGED',
  'REPLACED',
  'CANCELLED',
  'REVERTED',
  'REJECTED',
  'DEAD',
] as const
export type MessageState = (typeof messageStates)[number]

/** Bytes from which anyone recomputes that a receipt is in a block: RLP and Merkle–Patricia nodes, as Ethereum has them. */
export const AnchorProof = z.object({
  headerRlp: Bytes,
  blockHash: Bytes32,
  blockNumber: z.int(),
  txHash: Bytes32,
  txIndex: z.int(),
  /** The receipt's trie value: EIP-2718 typed receipt bytes. */
  receipt: Bytes,
  proof: z.array(Bytes),
})
export type AnchorProof = z.infer<typeof AnchorProof>

/** The cause of a step that tells an outcome once more, since nobody has said that it was acted on. */
export const toldAgain = 'said again'

/** One step of a message's life. */
export const ChainStep = z.object({
  state: z.enum(messageStates),
  atMs: Millis,
  /** Why this step was taken, in words. */
  cause: z.string().optional(),
  intent: ChainIntent.optional(),
  /** Tasks and agents that the call names, as the ABI has it. */
  about: z.object({ tasks: z.array(z.string()), agents: z.array(z.string()) }).optional(),
  /** From 1; a fee bump is a new attempt under the same nonce. */
  attempt: z.int().optional(),
  signer: Address.optional(),
  nonce: z.int().optional(),
  raw: z.string().optional(),
  /** This attempt does nothing: it is offered in the place of those before it, to take the message back. */
  cancels: z.literal(true).optional(),
  txHash: Bytes32.optional(),
  blockNumber: z.int().optional(),
  blockHash: Bytes32.optional(),
  gasUsed: Amount.optional(),
  /** The message, of the gateway's own, whose transaction carries this one among others. */
  batch: Bytes32.optional(),
  /** Of a batch that has taken a number: the messages that its transaction carries. */
  carries: z.array(Bytes32).optional(),
  /** Which of the receipt's logs are this message's, where its transaction carries others too. */
  logs: z.object({ first: z.int(), count: z.int() }).optional(),
  revert: z.object({ name: z.string(), args: JsonValue }).optional(),
  proof: AnchorProof.optional(),
})
export type ChainStep = z.infer<typeof ChainStep>

/** What is stored under a message's subject: the steps that were taken together, in their order, all or none. */
export const ChainEntry = z.object({
  messageId: Bytes32,
  /** The W3C trace that the message belongs to: 32 hexadecimal digits. */
  traceId: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional(),
  steps: z.array(ChainStep).min(1),
})
export type ChainEntry = z.infer<typeof ChainEntry>

/** A step, and whose it is. */
export type ChainRecord = ChainStep & { readonly messageId: Hex; readonly traceId?: string | undefined }

export function recordsOf({ messageId, traceId, steps }: ChainEntry): ChainRecord[] {
  return steps.map(step => ({ messageId, ...(traceId !== undefined && { traceId }), ...step }))
}

/** One id for (tenant, operation, business id): the idempotency key. */
export function messageIdOf(intent: Pick<ChainIntent, 'tenant' | 'operation' | 'businessId'>): Hex {
  return contentHash([intent.tenant, intent.operation, intent.businessId])
}

/** Where the consortium lives: answered by the gateway on `ent.chain.info`. */
export const ChainInfo = z.object({
  chainId: z.int(),
  contractRegistry: Address,
  /** Name → address of every active contract. */
  contracts: z.record(z.string(), Address),
})
export type ChainInfo = z.infer<typeof ChainInfo>

/** The gateway's answer to an intent: it is stored, and will be carried through whatever happens. */
export const IntentAccepted = z.object({ messageId: Bytes32, state: z.enum(messageStates) })
export type IntentAccepted = z.infer<typeof IntentAccepted>
