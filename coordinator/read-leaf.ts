import { Leaf, leafHash, linesOf } from '../protocol/evidence.ts'
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

/** A leaf in words; its events as JSON. */
export interface LeafParts {
  readonly taskId: Hex
  readonly first: number
  readonly events: string
}

const event = '\\{"hash":"0x[0-9a-f]{64}","type":"[A-Za-z]+"\\}'
/** Canonical JSON of a leaf, as coordinators write it: then its text is what is hashed. */
const canonical = new RegExp(
  `^\\{"events":\\[(${event}(?:,${event})*)\\],"first":(0|[1-9]\\d{0,14}),"taskId":"(0x[0-9a-f]{64})"\\}$`,
)

/** The leaves of a message of the evidence stream, in their order. */
export function readLeaves(data: Uint8Array): HashedLeaf[] {
  return linesOf(data).flatMap(line => readLeaf(line) ?? [])
}

/** The same leaves, for whoever wants to know what they say. */
export function readLeafParts(data: Uint8Array): LeafParts[] {
  return linesOf(data).flatMap(line => partsOf(line) ?? [])
}

/**
 * The leaf that a line is; null when it is none. A coordinator that starts reads all there ever
 * were, so those that are written as usual are told by their form, and not parsed, checked and written out again.
 */
function readLeaf(data: Uint8Array): HashedLeaf | null {
  const usual = usualForm(data)
  if (!usual) return hashedLeaf(parseJson(Leaf, data))
  const first = Number(usual[2])
  const count = usual[1]!.split('"type":').length - 1
  return { taskId: usual[3] as Hex, first, end: first + count, hash: hashLeaf(data) }
}

function partsOf(data: Uint8Array): LeafParts | null {
  const usual = usualForm(data)
  if (usual) return { taskId: usual[3] as Hex, first: Number(usual[2]), events: `[${usual[1]}]` }
  const leaf = parseJson(Leaf, data)
  return leaf && { ...leaf, events: JSON.stringify(leaf.events) }
}

function usualForm(data: Uint8Array): RegExpExecArray | null {
  return canonical.exec(Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('latin1'))
}

function hashedLeaf(leaf: Leaf | null): HashedLeaf | null {
  if (!leaf) return null
  const { taskId, first, events } = leaf
  return { taskId, first, end: first + events.length, hash: leafHash(leaf) }
}
