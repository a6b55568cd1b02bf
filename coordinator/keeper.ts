import type { NatsConnection } from '@nats-io/nats-core'
import { signDocument } from '../protocol/documents.ts'
import { type Anchor, anchorOf, type Checkpoint, type Leaf } from '../protocol/evidence.ts'
import type { Hex } from '../protocol/hash.ts'
import { addressOf } from '../protocol/sign.ts'
import { streams, subjects } from '../protocol/subjects.ts'
import type { SigningDomain } from '../protocol/typed-data.ts'
import type { Witnessed } from '../protocol/witness.ts'
import { awaitOutcome, completeMessage, submitIntent } from '../stack/chain-intent.ts'
import { followStream } from '../stack/follow-stream.ts'
import type { Log } from '../stack/log.ts'
import { OpenLeaves, type Placed } from './open-leaves.ts'
import { readLeaves } from './read-leaf.ts'
import { anchorTimeoutMs, tenant } from './tenant.ts'

/** A checkpoint that stands on chain, and the transaction that put it there. */
export interface Anchored {
  readonly checkpoint: Checkpoint
  readonly txHash: Hex
  readonly blockNumber: number
  /** The proof that it is there. */
  readonly anchor: Anchor
  /** The same checkpoint, cosigned; null where nobody witnessed it. */
  readonly witnessed: Witnessed | null
  /** Tells the gateway that it was acted on: once for all who share it, unless that fails. */
  readonly complete: () => Promise<void>
}

/** Has a checkpoint cosigned by the witnesses that there are. */
export type AskWitnesses = (checkpoint: Checkpoint) => Promise<Witnessed | null>

/**
 * Keeps the Merkle tree over the evidence stream, whose order is the order of the leaves, and anchors its root on chain.
 * Checkpoints are taken one at a time: all who ask while one is under way share the next.
 */
export class Keeper {
  readonly #nc: NatsConnection
  readonly #domain: SigningDomain
  readonly #privateKey: Hex
  readonly #leaves = new OpenLeaves()
  /** Of each task, how many events from its first on are known to be in the stream. */
  readonly #stored = new Map<Hex, number>()
  #askWitnesses: AskWitnesses = async () => null
  #underWay: Promise<Anchored> | null = null
  #next: Promise<Anchored> | null = null

  private constructor(nc: NatsConnection, domain: SigningDomain, privateKey: Hex) {
    this.#nc = nc
    this.#domain = domain
    this.#privateKey = privateKey
  }

  static async start(nc: NatsConnection, domain: SigningDomain, privateKey: Hex, log: Log) {
    const keeper = new Keeper(nc, domain, privateKey)
    const follower = followStream(nc, {
      stream: streams.evidence,
      subject: subjects.evidence('*'),
      take: message => {
        for (const leaf of readLeaves(message.data)) keeper.#leaves.add(leaf)
      },
      log,
    })
    await follower.caughtUp
    return { keeper, stop: () => follower.stop() }
  }

  /** From now on each checkpoint is shown to witnesses while it goes to the chain. */
  showTo(witnesses: AskWitnesses): void {
    this.#askWitnesses = witnesses
  }

  /** Whether the first `length` events of the task are in the tree. */
  has(taskId: Hex, length: number): boolean {
    return this.#leaves.follow(taskId, 0) >= length
  }

  /** How many of the task's events, from its first on, are in the stream for certain. */
  stored(taskId: Hex): number {
    return this.#leaves.follow(taskId, this.#stored.get(taskId) ?? 0)
  }

  /** The stream has this leaf, and had all those before it. */
  noteStored({ taskId, first, events }: Leaf): void {
    this.#stored.set(taskId, first + events.length)
  }

  /** The leaf whose first event has this number, and its path to the root of the first `size` leaves. */
  place(taskId: Hex, first: number, size: number): Placed {
    return this.#leaves.place(taskId, first, size)
  }

  /** Lets go of where a proven task's leaves lie: its bundle says it. */
  forget(taskId: Hex): void {
    this.#stored.delete(taskId)
    this.#leaves.forget(taskId)
  }

  /** A checkpoint on chain that covers every leaf that is in the tree now. */
  anchor(): Promise<Anchored> {
    if (!this.#underWay) return this.#begin()
    this.#next ??= this.#underWay.then(
      () => this.#begin(),
      () => this.#begin(),
    )
    return this.#next
  }

  #begin(): Promise<Anchored> {
    this.#next = null
    const anchoring = this.#anchorNow()
    this.#underWay = anchoring
    const done = () => {
      if (this.#underWay === anchoring) this.#underWay = null
    }
    anchoring.then(done, done)
    return anchoring
  }

  async #anchorNow(): Promise<Anchored> {
    const checkpoint = signHead(this.#domain, this.#privateKey, this.#leaves.cut())
    const [onChain, witnessed] = await Promise.all([putOnChain(this.#nc, checkpoint), this.#askWitnesses(checkpoint)])
    const { messageId, proof, ...where } = onChain
    if (!proof) throw new Error(`the gateway has no proof of checkpoint ${checkpoint.size}`)
    return { checkpoint, ...where, anchor: anchorOf(proof), witnessed, complete: this.#completion(messageId) }
  }

  #completion(messageId: Hex): () => Promise<void> {
    let completing: Promise<void> | null = null
    return () => {
      completing ??= completeMessage(this.#nc, messageId).catch((error: unknown) => {
        completing = null
        throw error
      })
      return completing
    }
  }
}

/** The log keeper's word for the head of the evidence log. */
export function signHead(domain: SigningDomain, privateKey: Hex, head: Pick<Checkpoint, 'size' | 'root'>): Checkpoint {
  const signature = signDocument(domain, 'Checkpoint', head, privateKey)
  return { ...head, signer: addressOf(privateKey), signature }
}

export const checkpointOperation = 'checkpoint'

/** Has a checkpoint put on chain; the same again is the same message. */
export async function putOnChain(nc: NatsConnection, { size, root, signature }: Checkpoint) {
  const { messageId } = await submitIntent(nc, {
    tenant,
    operation: checkpointOperation,
    businessId: `${size}`,
    from: 'relayer',
    contract: 'EvidenceLog',
    call: 'checkpoint',
    args: [`${size}`, root, signature],
    value: '0',
    prove: true,
  })
  const outcome = await awaitOutcome(nc, messageId, { timeoutMs: anchorTimeoutMs })
  return { messageId, txHash: outcome.txHash!, blockNumber: outcome.blockNumber!, proof: outcome.proof }
}
