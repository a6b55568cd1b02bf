import { z } from 'zod'
import type { Json } from './canonical.ts'

/** Nobody writes so by hand, and whoever goes through it has the stack for it. */
export const mostLevels = 500

/** Of a text that is signed or hashed: half of a pair has no UTF-8. */
export const wellFormed = [(text: string) => text.isWellFormed(), 'it has half of a character in it'] as const

/** Whether JSON can carry it as it is, nested no deeper than everybody can read. */
export function isJson(value: unknown): value is Json {
  return isJsonWithin(mostLevels, value)
}

function isJsonWithin(levels: number, value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  // Half of a pair has no UTF-8, and so no hash.
  if (typeof value === 'string') return value.isWellFormed()
  if (typeof value !== 'object' || value === null) return typeof value === 'boolean' || value === null
  if (levels === 0) return false
  if (Array.isArray(value)) return value.every(inner => isJsonWithin(levels - 1, inner))
  return (
    isPlain(value) &&
    Object.entries(value).every(([name, inner]) => name.isWellFormed() && isJsonWithin(levels - 1, inner))
  )
}

/** A member by its name; undefined where it has none of its own, whatever objects inherit (`constructor`). */
export function ownMember<T>(record: { readonly [name: string]: T }, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/**
 * Any JSON value, as payloads are: what it must look like is the skill's schema to say, not the protocol's. Nearly all that is
 * ever checked came from a parser of JSON, so it is looked at once, and not built anew as by the library's own type.
 */
export const JsonValue = z
  .unknown()
  .refine(isJson, 'this is no JSON value')
  .meta({ id: 'Json', description: 'Any JSON value' }) as unknown as z.ZodType<Json>
