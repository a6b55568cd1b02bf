import { z } from 'zod'
import type { Json } from './canonical.ts'

/** A JSON Schema 2020-12 document, as cards and templates carry it. */
export type Schema = { readonly [keyword: string]: Json }

/**
 * What of a value a JSON Schema does not allow, each as `path: why`; an empty list when it allows all of it.
 *
 * @param at what the value is called, before its path
 */
export function schemaFaults(schema: Schema, value: Json, at: string): string[] {
  const parsed = compileSchema(schema).safeParse(value)
  if (parsed.success) return []
  return parsed.error.issues.map(({ path, message }) => `${[at, ...path].join('.')}: ${message}`)
}

/** Why a document is no JSON Schema, or null when it is one. */
export function schemaFault(schema: Schema): string | null {
  try {
    compileSchema(schema)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** Schemas of cards and templates are asked again and again. */
const compiled = new WeakMap<Schema, z.ZodType>()

function compileSchema(schema: Schema): z.ZodType {
  const type = compiled.get(schema) ?? z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0])
  compiled.set(schema, type)
  return type
}
