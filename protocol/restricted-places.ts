import type { Json } from './canonical.ts'
import { sealedClass } from './sealed.ts'

/** A JSON Schema, of which only shape and marks matter here. */
type Schema = { readonly [key: string]: Json }

/** Stands for every field of a record whose names are not known. */
export const anyField = '*'

export interface RestrictedPlace {
  /** Fields below one another; lists are looked through. */
  readonly fields: readonly string[]
  readonly schema: Schema
}

/** The places that a skill's output schema marks `class: restricted`: what is sealed there is sealed as a whole. */
export function restrictedPlaces(schema: Schema, fields: readonly string[] = []): RestrictedPlace[] {
  if (schema.class === sealedClass) return [{ fields, schema }]
  const { properties = {}, items, additionalProperties } = schema
  const options = ['anyOf', 'oneOf', 'allOf'].flatMap(word => (schema[word] as readonly Schema[] | undefined) ?? [])
  return [
    ...Object.entries(properties as Readonly<Record<string, Schema>>).flatMap(([name, inner]) =>
      restrictedPlaces(inner, [...fields, name]),
    ),
    ...(isSchema(items) ? restrictedPlaces(items, fields) : []),
    ...(isSchema(additionalProperties) ? restrictedPlaces(additionalProperties, [...fields, anyField]) : []),
    ...options.flatMap(option => restrictedPlaces(option, fields)),
  ]
}

/** Marks that stand where `restrictedPlaces` does not look (behind a reference, say), and so would seal nothing. */
export function hasLostMarks(schema: Schema): boolean {
  let marks = 0
  JSON.stringify(schema, (name, value) => {
    if (name === 'class' && value === sealedClass) marks++
    return value
  })
  return marks !== restrictedPlaces(schema).length
}

function isSchema(value: Json | undefined): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
