import type { Json } from '../protocol/canonical.ts'

/**
 * A decoded ABI value as JSON carries it: every integer a decimal string, so that a reader need not know its width;
 * addresses in lower case.
 */
export function jsonOf(value: unknown): Json {
  if (typeof value === 'bigint' || typeof value === 'number') return value.toString()
  if (typeof value === 'string') return /^0x[0-9a-fA-F]{40}$/.test(value) ? value.toLowerCase() : value
  if (typeof value === 'boolean' || value === null) return value
  if (Array.isArray(value)) return value.map(jsonOf)
  if (typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, jsonOf(each)]))
  throw new TypeError(`${typeof value} has no JSON form`)
}
