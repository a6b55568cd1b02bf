import { z } from 'zod'
import { canonicalJson } from './canonical.ts'
import { AnchorProof } from './chain-message.ts'
import { TaskEvent } from './events.ts'
import { type Hex, sha256 } from './hash.ts'
import { Address, AgentId, Amount, Bytes32, DomainId, Signature, TaskId } from './ids.ts'
import { JsonValue } from './json.ts'
import { hashLeaf } from './merkle.ts'
import { PolicySet } from './policy.ts'
import { PolicySignature } from './signed-policy.ts'
import { Witnessed } from './witness.ts'

/** An event as a leaf names it: by the hash of its content, without showing that. */
export const LoggedEvent = z.object({ type: z.string(), hash: Bytes32 })
export type LoggedEvent = z.infer<typeof LoggedEvent>

/** One leaf of the evidence log: an entry of a task's log, whose first event has this number in its history. */
export const Leaf = z.object({ taskId: TaskId, first: z.int().min(0), events: z.array(LoggedEvent).min(1) })
export type Leaf = z.infer<typeof Leaf>

export function leafOf(taskId: Hex, first: number, events: readonly TaskEvent[]): Leaf {
  return leafOfWritten(taskId, first, events.map(writtenAs))
}

/** An event in canonical JSON, and its hash. */
export interface WrittenEvent extends LoggedEvent {
  readonly text: string
}

export function writtenAs(event: TaskEvent): WrittenEvent {
  const text = canonicalJson(event)
  return { type: event.type, hash: sha256(text), text }
}

export function leafOfWritten(taskId: Hex, first: number, events: readonly WrittenEvent[]): Leaf {
  return { taskId, first, events: events.map(({ type, hash }) => ({ type, hash })) }
}

export function leafHash(leaf: Leaf): Hex {
  return hashLeaf(canonicalJson(leaf))
}

/** Leaves in canonical JSON as one message of the evidence stream: each is a line. */
export function joinLeaves(texts: readonly string[]): string {
  return texts.join('\n')
}

const lineEnd = '\n'.charCodeAt(0)

/** What may be leaves in a message of the evidence stream, in their order: its lines. What is no leaf has no place in the log. */
export function linesOf(data: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = []
  let from = 0
  for (let end = data.indexOf(lineEnd); end >= 0; end = data.indexOf(lineEnd, from)) {
    lines.push(data.subarray(from, end))
    from = end + 1
  }
  return [...lines, data.subarray(from)]
}

/** The log keeper's signed word for the first `size` leaves (EIP-712 `Checkpoint`). */
export const Checkpoint = z.object({ size: z.int().min(1), root: Bytes32, signer: Address, signature: Signature })
export type Checkpoint = z.infer<typeof Checkpoint>

/** An agent as it took part: what the chain said of it. */
export const Party = z.object({ agentId: AgentId, domainId: DomainId, wallet: Address })
export type Party = z.infer<typeof Party>

/**
 * Where in the chain a receipt is. Block and index name its transaction; the transaction's hash is left out, since
 * nothing in a header or a receipt proves it.
 */
export const Anchor = AnchorProof.omit({ txHash: true })
export type Anchor = z.infer<typeof Anchor>

export function anchorOf({ txHash: _, ...anchor }: AnchorProof): Anchor {
  return anchor
}

/** A line of a batch as it was published (`entente.batch/1`), its place, and its path to the root that the batch names. */
const OpenedLine = z.strictObject({ line: JsonValue, index: z.int().min(0), path: z.array(Bytes32) })

/** A batch that was posted, as the chain has it. */
export const PostedPart = z.strictObject({
  id: Amount,
  /** As it was posted: the contracts' `Batch`, numbers as decimal strings. */
  header: JsonValue,
  /** That the batch became final; null where another than its settler made it so, whose transaction nobody here proved. */
  final: Anchor.nullable(),
})
export type PostedPart = z.infer<typeof PostedPart>

/** What of a batch is a task's: its lines, under the roots of the batch that was posted. */
export const BatchPart = z.strictObject({
  ...PostedPart.shape,
  task: OpenedLine,
  /** All of the task, in order. */
  payments: z.array(OpenedLine),
  penalties: z.array(OpenedLine),
})
export type BatchPart = z.infer<typeof BatchPart>

/** All there is to know of one task, in one file that verifies with no server. */
export const Bundle = z.strictObject({
  format: z.literal('entente.bundle/2'),
  taskId: TaskId,
  chain: z.strictObject({
    chainId: z.int(),
    contractRegistry: Address,
    escrow: Address,
    evidenceLog: Address,
    /** Of a task that was settled by a batch. */
    batches: Address.optional(),
  }),
  /** The template's text, whose hash the plan names. */
  template: JsonValue,
  /** The templates laid in, in the order in which the plan names them. */
  uses: z.array(JsonValue).optional(),
  /** How a model made the template, where the task names a record of it: a `PlanningRecord`. */
  planning: JsonValue.optional(),
  /** How a model replaced the rest of the plan, each time: a `ReplanningRecord` each, in the order of the events that name them. */
  replannings: z.array(JsonValue).optional(),
  /** How a model was asked to judge between answers, each time: a `JudgingRecord` each, in the order of the events that name them. */
  judgings: z.array(JsonValue).optional(),
  /** The policy sets that decided on it, each once, in the order in which the events name them. */
  policies: z.array(PolicySet).optional(),
  /** Who signed each of them, in the same order. */
  policySignatures: z.array(z.array(PolicySignature)).optional(),
  parties: z.array(Party),
  /** The task's whole history, each event with its content hash. */
  events: z.array(z.strictObject({ event: TaskEvent, hash: Bytes32 })),
  /** The leaves that hold it, one after the other: of how many events, where in the log, and the path to the root. */
  leaves: z.array(z.strictObject({ count: z.int().min(1), index: z.int().min(0), path: z.array(Bytes32) })),
  checkpoint: Checkpoint,
  /** The checkpoint as others read it, cosigned by witnesses of domains; left out where none did. */
  witnessed: Witnessed.optional(),
  /** Of a task that was settled by a batch. */
  batch: BatchPart.optional(),
  /** Where the chain says so: the settlement (absent when nothing was funded; by a batch: that it was posted) and the checkpoint. */
  anchors: z.strictObject({ settlement: Anchor.nullable(), checkpoint: Anchor }),
})
export type Bundle = z.infer<typeof Bundle>

/** An event that its reader is not to see: what its leaf names it by. */
const Withheld = z.strictObject({ withheld: z.string(), hash: Bytes32 })

/**
 * What is left of a bundle for a reader who may not see all of it: events in full, or by type and hash alone. The leaves,
 * the checkpoint and the anchors are as they were, so what is left is proven as it was.
 */
export const RedactedBundle = z.strictObject({
  ...Bundle.omit({
    template: true,
    uses: true,
    planning: true,
    replannings: true,
    judgings: true,
    events: true,
    batch: true,
  }).shape,
  /** Of its batch what anybody may know; the lines hold the order and the receipts. */
  batch: PostedPart.optional(),
  format: z.literal('entente.redacted/1'),
  /** The domain that it was made for; null for a reader who took no part. */
  reader: DomainId.nullable(),
  events: z.array(z.union([Bundle.shape.events.element, Withheld])),
})
export type RedactedBundle = z.infer<typeof RedactedBundle>
