import type { Json } from './canonical.ts'

/** A JSON Schema 2020-12 document, as cards and templates carry it. */
export type Schema = { readonly [keyword: string]: Json }
/** Where in a document: `['properties', 'name', 'pattern']`. */
export type SchemaPath = readonly (string | number)[]

/** Words that a schema stands under, several in a row, several by name. */
export const single = ['items', 'additionalItems', 'additionalProperties', 'contains', 'propertyNames']
export const listed = ['prefixItems', 'items', 'anyOf', 'oneOf', 'allOf']
export const named = ['properties', 'patternProperties', '$defs', 'definitions']

/**
 * A schema with each schema changed that stands in it, wherever zod looks for one (`not` it knows only where it is empty);
 * what just looks like one, as in a default, stays as it is.
 */
export function mapParts(schema: Schema, change: (part: Schema, at: SchemaPath) => Json): Schema {
  const changed = (part: Json, at: SchemaPath) => (isSchema(part) ? change(part, at) : part)
  return Object.fromEntries(
    Object.entries(schema).map(([word, value]): [string, Json] => {
      if (listed.includes(word) && Array.isArray(value)) {
        return [word, value.map((part: Json, index) => changed(part, [word, index]))]
      }
      if (single.includes(word)) return [word, changed(value, [word])]
      // A list is looked through as if its places were names.
      if (!named.includes(word) || typeof value !== 'object' || value === null) return [word, value]
      return [
        word,
        Object.fromEntries(Object.entries(value).map(([name, part]) => [name, changed(part, [word, name])])),
      ]
    }),
  )
}

export function isSchema(value: Json | undefined): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
