import { setTimeout as sleep } from 'node:timers/promises'
import { cosign } from '../../protocol/cosignature.ts'
import { digestDocument } from '../../protocol/documents.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { fromHex, type Hex } from '../../protocol/hash.ts'
import type { Address } from '../../protocol/ids.ts'
import { isConsistent, MerkleTree, tileLeaves } from '../../protocol/merkle.ts'
import { parseNote, signatureLine } from '../../protocol/note.ts'
import { recoverAddress } from '../../protocol/sign.ts'
import { keeperSignatureIn, originOf, parseCheckpoint, type TreeHead } from '../../protocol/tree-head.ts'
import type { SigningDomain } from '../../protocol/typed-data.ts'
import type { Appointment, Cosigned } from '../../protocol/witness.ts'
import type { CosignedFile } from './cosigned-file.ts'

/** The log comes by another way than the checkpoint, and may take this long. */
const patienceMs = 2_000
const lookMs = 20

export interface WitnessOptions {
  readonly domain: SigningDomain
  readonly appointment: Appointment
  /** Ed25519. */
  readonly secretKey: Hex
  readonly file: CosignedFile
}

/**
 * Follows the evidence log by itself, and cosigns checkpoints that go on from the last that it cosigned, as
 * https://c2sp.org/tlog-witness asks of a witness; only the way there is another: the log's own leaves give the proof.
 */
export class Witness {
  readonly #options: WitnessOptions
  readonly #origin: string
  readonly #tree = new MerkleTree()
  /** Who signs checkpoints, as the chain says. */
  #keeper: Address | null = null
  /** Tiles before this one are let go of. */
  #firstTile = 0

  constructor(options: WitnessOptions) {
    this.#options = options
    this.#origin = originOf(options.domain)
  }

  /** The next leaf of the log. */
  add(leafHash: Hex): void {
    this.#tree.append(leafHash)
  }

  appoint(keeper: Address): void {
    this.#keeper = keeper
  }

  /**
   * Its cosignature of a checkpoint.
   * @param note the checkpoint as a note that the log keeper signed
   * @throws EntenteError CHECKPOINT_INVALID, CHECKPOINT_ROLLED_BACK, CHECKPOINT_FORKED, WITNESS_BEHIND
   */
  async cosign(note: string): Promise<Cosigned> {
    const { text, head } = this.#read(note)
    const giveUpMs = performance.now() + patienceMs
    while (this.#tree.size < head.size && performance.now() < giveUpMs) await sleep(lookMs)
    // From here to the disk nothing else is done: of two that are asked at once the second sees the first.
    this.#judge(note, head)
    const { appointment, secretKey, file } = this.#options
    file.keep(head)
    this.#letGo(head.size)
    const signature = cosign(text, appointment.name, fromHex(secretKey), Math.floor(Date.now() / 1000))
    return { line: signatureLine(signature), appointment }
  }

  #read(note: string): { text: string; head: TreeHead } {
    const parsed = parseNote(note)
    const head = parsed && parseCheckpoint(parsed.text)
    if (!head || head.origin !== this.#origin || head.size < 1) {
      throw new EntenteError('CHECKPOINT_INVALID', `it is no checkpoint of ${this.#origin}`)
    }
    const keeper = this.#keeper
    const signature = keeper && keeperSignatureIn(this.#origin, keeper, parsed.signatures)
    const { size, root } = head
    const digest = digestDocument(this.#options.domain, 'Checkpoint', { size, root })
    if (!signature || recoverAddress(digest, signature) !== keeper) {
      throw new EntenteError(
        'CHECKPOINT_INVALID',
        `it is not signed by the log keeper, ${keeper ?? 'who is not known'}`,
      )
    }
    return { text: parsed.text, head }
  }

  #judge(note: string, { size, root }: TreeHead): void {
    const { file } = this.#options
    const { last } = file
    if (last && size < last.size) {
      throw new EntenteError('CHECKPOINT_ROLLED_BACK', `${size} leaves are fewer than the ${last.size} cosigned before`)
    }
    if (last && size === last.size && root !== last.root) {
      file.keepContradiction(note)
      throw new EntenteError('CHECKPOINT_FORKED', `of ${size} leaves another root was cosigned before: ${last.root}`)
    }
    if (this.#tree.size < size) {
      throw new EntenteError('WITNESS_BEHIND', `the witness has read ${this.#tree.size} of ${size} leaves`)
    }
    if (this.#tree.root(size) !== root || (last && !this.#goesOn(last, size, root))) {
      file.keepContradiction(note)
      throw new EntenteError(
        'CHECKPOINT_FORKED',
        `${root} is not the root of the ${size} leaves that the log shows here`,
      )
    }
  }

  /** The log may have been rewritten while the witness was away. */
  #goesOn(last: TreeHead, size: number, root: Hex): boolean {
    return isConsistent(last.size, last.root, size, root, this.#tree.consistency(last.size, size))
  }

  /** Of what was cosigned, only where it ends is needed again. */
  #letGo(size: number): void {
    const end = Math.floor(size / tileLeaves)
    for (; this.#firstTile < end; this.#firstTile++) this.#tree.forget(this.#firstTile)
  }
}
