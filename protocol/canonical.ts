import canonicalize from 'canonicalize'
import { type Hex, sha256 } from './hash.ts'

/** Any value that JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

/**
 * RFC 8785 canonical JSON: one text for one value, whatever the order in which its members were written.
 * @throws TypeError for what JSON cannot carry (bigint, NaN, Infinity, a lone surrogate).
 */
export function canonicalJson(value: unknown): string {
  const text = usualText(value) ?? canonicalize(value)
  if (text === undefined) throw new TypeError('undefined has no JSON form')
  return text
}

/** What is in canonical order, and stays so: of that the engine's own JSON is the canonical one at once. */
const ordered = new WeakSet<object>()

/**
 * The value as whoever reads its canonical JSON has it: members in their order, none of them undefined. What shows the order of members, as
 * an expression's `keys` and a text for a model do, shows the same to all who have it so.
 * @throws TypeError for what JSON cannot carry
 */
export function asRead<T extends object>(value: T): T {
  if (ordered.has(value)) return value
  const read = usually(() => inOrder(value, 0) as T)
  if (read === null) return JSON.parse(canonicalJson(value)) as T
  ordered.add(read)
  return read
}

/**
 * The canonical JSON of a record of which some members are at hand as theirs.
 * @param texts those, by name
 */
export function canonicalRecord(members: Readonly<Record<string, unknown>>, texts: Readonly<Record<string, string>>) {
  const textOf = (name: string) => (Object.hasOwn(texts, name) ? texts[name] : canonicalJson(members[name]))
  const names = [...Object.keys(members), ...Object.keys(texts)].sort()
  return `{${names.map(name => `${canonicalJson(name)}:${textOf(name)}`).join()}}`
}

/** SHA-256 of the canonical JSON: what a document is called in receipts, in evidence and on chain. */
export function contentHash(value: unknown): Hex {
  return sha256(canonicalJson(value))
}

/** Said of a value that is left to the library, which refuses what is to be refused. */
const unusual = Symbol('unusual')
/** What is nested deeper is left to it too: it needs no stack. */
const mostLevels = 64

/**
 * Numbers and texts are written as ECMAScript writes them (RFC 8785, 3.2.2), so once all members are in order the engine's own
 * JSON is the canonical one, in three fifths of the library's time; null where it may not be. Every event is written so.
 */
function usualText(value: unknown): string | null {
  const isOrdered = typeof value === 'object' && value !== null && ordered.has(value)
  const text = usually(() => JSON.stringify(isOrdered ? value : inOrder(value, 0)) ?? null)
  // A lone surrogate, which the engine would write; or a text that only looks like one.
  return text?.includes('\\ud') ? null : text
}

function usually<T>(make: () => T): T | null {
  try {
    return make()
  } catch (reason) {
    if (reason === unusual) return null
    throw reason
  }
}

function inOrder(value: unknown, level: number): unknown {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null || value === undefined) return value
  // JSON has one zero.
  if (typeof value === 'number' && Number.isFinite(value)) return value + 0
  if (typeof value !== 'object' || level === mostLevels) throw unusual
  if (Array.isArray(value)) return listInOrder(value, level + 1)
  if (Object.getPrototypeOf(value) !== Object.prototype) throw unusual
  return membersInOrder(value as Readonly<Record<string, unknown>>, level + 1)
}

function listInOrder(items: readonly unknown[], level: number): readonly unknown[] {
  if (items.length === 0) return items
  const list: unknown[] = []
  for (const item of items) list.push(inOrder(item, level))
  return list
}

function membersInOrder(members: Readonly<Record<string, unknown>>, level: number): Record<string, unknown> {
  const record: Record<string, unknown> = {}
  for (const key of namesInOrder(members)) {
    // An object has those that look like numbers in an order of its own, and cannot have the other set.
    if ((key >= '0' && key < ':') || key === '__proto__') throw unusual
    const member = members[key]
    if (member !== undefined) record[key] = inOrder(member, level)
  }
  return record
}

/** What an array's own sorting begins with costs more than all of it where there are few, as nearly everywhere. */
const fewNames = 24

function namesInOrder(members: Readonly<Record<string, unknown>>): string[] {
  const names = Object.keys(members)
  if (names.length > fewNames) return names.sort()
  for (let end = 1; end < names.length; end++) {
    const name = names[end]!
    let at = end
    for (; at > 0 && names[at - 1]! > name; at--) names[at] = names[at - 1]!
    names[at] = name
  }
  return names
}
