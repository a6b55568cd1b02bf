import { pointer } from '../../evidence/finding.ts'

/** A place in a JSON document that holds no other places. */
export interface LeafPlace {
  readonly at: string
  readonly value: unknown
}

/** Every leaf of a document, by JSON pointer; empty objects and arrays are leaves too. */
export function leavesOf(value: unknown, at = ''): LeafPlace[] {
  if (typeof value !== 'object' || value === null) return [{ at, value }]
  const members = Object.entries(value)
  if (members.length === 0) return [{ at, value }]
  return members.flatMap(([key, member]) => leavesOf(member, at + pointer(key)))
}

/** The first leaf of each kind: of places that differ in array indexes alone, one. */
export function oneOfEachKind(leaves: readonly LeafPlace[]): LeafPlace[] {
  return [...new Map(leaves.toReversed().map(leaf => [leaf.at.replaceAll(/\/\d+/g, '/*'), leaf])).values()]
}

/** The document with another value at one place. */
export function replaced<T>(document: T, at: string, value: unknown): T {
  const copy = structuredClone(document)
  const tokens = at
    .slice(1)
    .split('/')
    .map(token => token.replaceAll('~1', '/').replaceAll('~0', '~'))
  const last = tokens.pop()!
  let parent = copy as Record<string, unknown>
  for (const token of tokens) parent = parent[token] as Record<string, unknown>
  parent[last] = value
  return copy
}

/** Another value of the same form: a flipped bit in hexadecimal, the next number, a longer text. */
export function neighbour(value: unknown): unknown {
  if (typeof value === 'boolean') return !value
  if (typeof value === 'number') return value + 1
  if (value === null) return '0x'.padEnd(66, '1')
  if (typeof value !== 'string') return Array.isArray(value) ? ['0'] : { '0': '0' }
  if (/^0x[0-9a-f]+$/.test(value)) return flipBit(value)
  if (/^\d+$/.test(value)) return (BigInt(value) + 1n).toString()
  return choices.find(options => options.includes(value))?.find(option => option !== value) ?? `${value}x`
}

/** A value of another type. */
export function misfit(value: unknown): unknown {
  return typeof value === 'string' ? 7 : 'nonsense'
}

/** Words of which a field takes only some. */
const choices = [
  ['permit', 'deny'],
  ['grant', 'deny'],
  ['result', 'commit'],
  ['agreed', 'disagreed'],
  ['no-show', 'wrong', 'unrevealed'],
]

function flipBit(hex: string): string {
  const middle = 2 + Math.floor((hex.length - 2) / 2)
  const digit = (Number.parseInt(hex[middle]!, 16) ^ 1).toString(16)
  return hex.slice(0, middle) + digit + hex.slice(middle + 1)
}
