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

/**
 * The value as whoever reads its canonical JSON has it: members in their order, none of them undefined. What shows the order of members, as
 * an expression's `keys` and a text for a model do, shows the same to all who have it so. What lies so already is given back itself.
 * @throws TypeError for what JSON cannot carry
 */
export function asRead<T extends object>(value: T): T {
  return (usually(() => inOrder(value, 0)) ?? JSON.parse(canonicalJson(value))) as T
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
  const text = usually(() => JSON.stringify(inOrder(value, 0)) ?? null)
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
  return membersInOrder(value as Members, level + 1)
}

/** Copied from the first item on that is not in order itself: most lists are. */
function listInOrder(items: readonly unknown[], level: number): readonly unknown[] {
  let list: unknown[] | null = null
  for (let place = 0; place < items.length; place++) {
    const item = inOrder(items[place], level)
    if (list === null && !Object.is(item, items[place])) list = items.slice(0, place)
    list?.push(item)
  }
  return list ?? items
}

type Members = Readonly<Record<string, unknown>>

/** Copied where the names lie otherwise, or from the first member on that is not in order itself. */
function membersInOrder(members: Members, level: number): Members {
  const names = Object.keys(members)
  let record: Record<string, unknown> | null = putInOrder(names) ? {} : null
  for (let place = 0; place < names.length; place++) {
    const name = names[place]!
    // An object has those that look like numbers in an order of its own, and cannot have the other set.
    if ((name >= '0' && name < ':') || name === '__proto__') throw unusual
    const member = inOrder(members[name], level)
    const isAsItLies = member !== undefined && Object.is(member, members[name])
    if (record === null && !isAsItLies) record = firstOf(members, names, place)
    if (record !== null && member !== undefined) record[name] = member
  }
  return record ?? members
}

function firstOf(members: Members, names: readonly string[], count: number): Record<string, unknown> {
  const record: Record<string, unknown> = {}
  for (let place = 0; place < count; place++) record[names[place]!] = members[names[place]!]
  return record
}

/** What an array's own sorting begins with costs more than all of it where there are few, as nearly everywhere. */
const fewNames = 24

/** Sorts them in place; whether any lay otherwise. */
function putInOrder(names: string[]): boolean {
  let hasMoved = false
  for (let end = 1; end < names.length; end++) {
    const name = names[end]!
    if (names[end - 1]! <= name) continue
    hasMoved = true
    if (names.length > fewNames) {
      names.sort()
      break
    }
    let at = end
    for (; at > 0 && names[at - 1]! > name; at--) names[at] = names[at - 1]!
    names[at] = name
  }
  return hasMoved
}
