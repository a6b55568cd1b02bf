import { Leaf, leafHash } from '../protocol/evidence.ts'
import type { Hex } from '../protocol/hash.ts'
import { hashLeaf } from '../protocol/merkle.ts'
import { parseJson } from '../stack/parse-json.ts'

/** A leaf as the tree wants it. */
export interface HashedLeaf {
  readonly taskId: Hex
  /** Number of its first event in the task's history, and of the one after its last. */
  readonly first: number
  readonly end: number
  readonly hash: Hex
}

const event = '\\{"hash":"0x[0-9a-f]{64}","type":"[A-Za-z]+"\\}'
/** Canonical JSON of a leaf, as coordinators write it: then its text is what is hashed. */
const canonical = new RegExp(
  `^\\{"events":\\[(${event}(?:,${event})*)\\],"first":(0|[1-9]\\d{0,14}),"taskId":"(0x[0-9a-f]{64})"\\}$`,
)

/**
 * The leaf that a message of the evidence stream is; null when it is none. A coordinator that starts reads all there ever
 * were, so those that are written as usual are told by their form, and not parsed, checked and written out again.
 */
export function readLeaf(data: Uint8Array): HashedLeaf | null {
  const usual = canonical.exec(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('latin1'))
  if (!usual) return hashedLeaf(parseJson(Leaf, data))
  const first = Number(usual[2])
  const count = usual[1]!.split('"type":').length - 1
  return { taskId: usual[3] as Hex, first, end: first + count, hash: hashLeaf(data) }
}

function hashedLeaf(leaf: Leaf | null): HashedLeaf | null {
  if (!leaf) return null
  const { taskId, first, events } = leaf
  return { taskId, first, end: first + events.length, hash: leafHash(leaf) }
}
