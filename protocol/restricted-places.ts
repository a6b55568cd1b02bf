import type { Json } from './canonical.ts'
import { isSealed, sealedClass } from './sealed.ts'

/** A JSON Schema, of which only shape and marks matter here. */
type Schema = { readonly [key: string]: Json }

/** Stands for every field of a record whose names are not known. */
export const anyField = '*'

const options = ['anyOf', 'oneOf', 'allOf']

export interface RestrictedPlace {
  /** Fields below one another; lists are looked through. */
  readonly fields: readonly string[]
  readonly schema: Schema
}

/** The places that a schema marks `class: restricted`: what is sealed there is sealed as a whole. */
export function restrictedPlaces(schema: Schema, fields: readonly string[] = []): RestrictedPlace[] {
  if (schema.class === sealedClass) return [{ fields, schema }]
  const { properties = {}, items, additionalProperties } = schema
  const alternatives = options.flatMap(word => (schema[word] as readonly Schema[] | undefined) ?? [])
  return [
    ...Object.entries(properties as Readonly<Record<string, Schema>>).flatMap(([name, inner]) =>
      restrictedPlaces(inner, [...fields, name]),
    ),
    ...(isSchema(items) ? restrictedPlaces(items, fields) : []),
    ...(isSchema(additionalProperties) ? restrictedPlaces(additionalProperties, [...fields, anyField]) : []),
    ...alternatives.flatMap(option => restrictedPlaces(option, fields)),
  ]
}

/** A value with what stands at its marked places replaced. @param replace is told where, as a JSON pointer (RFC 6901) */
export function replaceRestricted(schema: Schema, value: Json, replace: (value: Json, at: string) => Json): Json {
  const places = new Map(restrictedPlaces(schema).map(({ fields }) => [JSON.stringify(fields), fields]))
  return [...places.values()].reduce((whole, fields) => within(whole, fields, '', replace), value)
}

function within(value: Json, fields: readonly string[], at: string, replace: (value: Json, at: string) => Json): Json {
  const [field, ...below] = fields
  if (field === undefined) return replace(value, at)
  if (Array.isArray(value)) return value.map((item: Json, index) => within(item, fields, `${at}/${index}`, replace))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value as { readonly [name: string]: Json }).map(([name, inner]) => {
      const isMeant = field === anyField || field === name
      return [name, isMeant ? within(inner, below, `${at}/${escaped(name)}`, replace) : inner]
    }),
  )
}

/** Where a value is plain that its schema marks, each as a JSON pointer. */
export function plainPlaces(schema: Schema, value: Json): string[] {
  const found: string[] = []
  replaceRestricted(schema, value, (inner, at) => {
    if (!isSealed(inner)) found.push(at)
    return inner
  })
  return found
}

/** The schema with nothing asked of marked places: what is sealed cannot be looked at. */
export function withoutRestricted(schema: Schema): Schema {
  if (schema.class === sealedClass) return {}
  const each = (value: Json) => (isSchema(value) ? withoutRestricted(value) : value)
  return Object.fromEntries(
    Object.entries(schema).map(([word, part]) => {
      if (word === 'properties' && isSchema(part))
        return [word, Object.fromEntries(Object.entries(part).map(([name, inner]) => [name, each(inner)]))]
      if (word === 'items' || word === 'additionalProperties') return [word, each(part)]
      return [word, options.includes(word) && Array.isArray(part) ? part.map(each) : part]
    }),
  )
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

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}

function isSchema(value: Json | undefined): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
