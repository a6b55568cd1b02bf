import { type JetStreamManager, jetstreamManager, type StoredMsg } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { ChainEvent } from '../../../protocol/chain-event.ts'
import { Leaf, linesOf } from '../../../protocol/evidence.ts'
import type { Hex } from '../../../protocol/hash.ts'
import type { PolicySet } from '../../../protocol/policy.ts'
import { buckets, streams } from '../../../protocol/subjects.ts'
import type { SigningDomain } from '../../../protocol/typed-data.ts'
import { type Directory, emptyDirectory, foldDirectory } from '../../../registry/directory.ts'
import { checkPolicySignatures } from '../../../registry/policy/check-signatures.ts'
import { currentPolicyKey, signedPolicyFrom } from '../../../registry/policy/in-force.ts'
import { hashIn } from '../../../stack/in-force.ts'
import { parseJson } from '../../../stack/parse-json.ts'

/** Messages asked for at a time. */
const atOnce = 64

/**
 * What an agent sees for itself of the consortium, and takes nobody's word for: that something is in the evidence log, what
 * the chain's events say of agents and domains, which policy set is in force and who signed it. There is no payload in it.
 */
export class Witness {
  readonly #jsm: Promise<JetStreamManager>
  readonly #domain: SigningDomain
  readonly #directory = emptyDirectory()
  #nextSeq = 1
  #reading: Promise<void> = Promise.resolve()

  constructor(nc: NatsConnection, domain: SigningDomain) {
    this.#jsm = jetstreamManager(nc, { checkAPI: false })
    this.#domain = domain
  }

  /** Whether this message of the evidence log has a leaf of the task that names an event of this type and hash. */
  async isLogged(seq: number, taskId: Hex, type: string, hash: Hex): Promise<boolean> {
    const message = await this.#message(streams.evidence, { seq })
    const leaves = linesOf(message?.data ?? new Uint8Array()).flatMap(line => parseJson(Leaf, line) ?? [])
    const named = leaves.filter(leaf => leaf.taskId === taskId).flatMap(({ events }) => events)
    return named.some(event => event.type === type && event.hash === hash)
  }

  /** As the chain's confirmed events say by now. */
  async directory(): Promise<Directory> {
    this.#reading = this.#reading.catch(() => {}).then(() => this.#readOn())
    await this.#reading
    return this.#directory
  }

  /**
   * The policy set in force; null where none ever was.
   * @throws EntenteError POLICY_INVALID, POLICY_UNSIGNED, POLICY_SIGNER_WRONG
   */
  async policy(): Promise<PolicySet | null> {
    const stream = `KV_${buckets.policies}`
    const entry = (key: string) => this.#message(stream, { last_by_subj: `$KV.${buckets.policies}.${key}` })
    const current = await entry(currentPolicyKey)
    if (!current) return null
    // One that was taken away is none that can be read: nothing passes then.
    const hash = hashIn(current.string())
    const signed = signedPolicyFrom(hash, (await entry(hash))?.data ?? new Uint8Array())
    checkPolicySignatures(signed, await this.directory(), this.#domain)
    return signed.set
  }

  async #readOn(): Promise<void> {
    for (;;) {
      const seqs = Array.from({ length: atOnce }, (_, offset) => this.#nextSeq + offset)
      const messages = await Promise.all(seqs.map(seq => this.#message(streams.chainEvents, { seq })))
      const count = messages.indexOf(null)
      for (const message of messages.slice(0, count === -1 ? atOnce : count)) {
        const event = parseJson(ChainEvent, message!.data)
        if (event) foldDirectory(this.#directory, event)
        this.#nextSeq++
      }
      if (count !== -1) return
    }
  }

  async #message(stream: string, query: { seq: number } | { last_by_subj: string }): Promise<StoredMsg | null> {
    return (await this.#jsm).streams.getMessage(stream, query)
  }
}
