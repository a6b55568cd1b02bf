import { z } from 'zod'
import type { Json } from './canonical.ts'

/** Whether JSON can carry it as it is. */
export function isJson(value: unknown): value is Json {
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || value === null) return ['string', 'boolean', 'object'].includes(typeof value)
  return (Array.isArray(value) || isPlain(value)) && Object.values(value).every(isJson)
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
