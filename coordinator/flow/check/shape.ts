import type { Json } from '../../../protocol/canonical.ts'
import { ownMember } from '../../../protocol/json.ts'
import { isSchema, type Schema } from '../../../protocol/schema-parts.ts'

/**
 * What is known of a value that an expression will give. `unknown` is everything: where nothing is known nothing is
 * said against it.
 */
export type Shape =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'null' | 'boolean' | 'number' | 'integer' | 'string'; readonly value?: Json }
  | { readonly kind: 'array'; readonly items: Shape }
  | {
      readonly kind: 'object'
      readonly fields: { readonly [name: string]: Shape }
      /** Fields of other names are possible. */
      readonly open: boolean
      /** Set on what expressions see by name: a field that is not there is a fault of the author's. */
      readonly called?: string
    }
  /** One of several. */
  | { readonly kind: 'any'; readonly of: readonly Shape[] }

export const unknown: Shape = { kind: 'unknown' }
export const nothing: Shape = { kind: 'null' }

export function objectOf(fields: { readonly [name: string]: Shape }, called?: string): Shape {
  return { kind: 'object', fields, open: false, ...(called === undefined ? {} : { called }) }
}

/** One of these: unknown when any is, and itself when there is but one. */
export function anyOf(shapes: readonly Shape[]): Shape {
  const flat = shapes.flatMap(shape => (shape.kind === 'any' ? shape.of : [shape]))
  if (flat.length === 0 || flat.some(({ kind }) => kind === 'unknown')) return unknown
  const distinct = [...new Map(flat.map(shape => [JSON.stringify(shape), shape])).values()]
  return distinct.length === 1 ? distinct[0]! : { kind: 'any', of: distinct }
}

/** The shape of a value that is there already. */
export function shapeOfValue(value: Json): Shape {
  if (value === null) return nothing
  if (Array.isArray(value)) return { kind: 'array', items: anyOf(value.map(shapeOfValue)) }
  if (typeof value === 'object') {
    return objectOf(Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shapeOfValue(each)])))
  }
  if (typeof value === 'number') return { kind: Number.isInteger(value) ? 'integer' : 'number', value }
  return { kind: typeof value as 'string' | 'boolean', value }
}

/** How deep a schema that refers to itself is followed. */
const maxDepth = 12
/** Parts that are looked at of a schema, one that several refer to each time: of more nothing is known. */
const mostParts = 10_000

/** What a schema says of the values that it allows; unknown for what it says in words that are not looked at here. */
export function shapeOf(schema: Schema | undefined): Shape {
  const look = { root: schema ?? {}, left: mostParts }
  return partShape(schema, look, 0)
}

function partShape(schema: Json | undefined, look: { readonly root: Schema; left: number }, depth: number): Shape {
  if (!isSchema(schema) || depth > maxDepth || look.left-- <= 0) return unknown
  const inner = (part: Json | undefined) => partShape(part, look, depth + 1)
  if (typeof schema.$ref === 'string') return inner(referredTo(schema.$ref, look.root))
  if (schema.allOf !== undefined || schema.not !== undefined || schema.if !== undefined) return unknown
  if ('const' in schema) return shapeOfValue(schema.const!)
  const options = (schema.anyOf ?? schema.oneOf) as readonly Json[] | undefined
  if (options) return anyOf(options.map(inner))
  if (Array.isArray(schema.type)) return anyOf(schema.type.map(type => inner({ ...schema, type })))
  switch (schema.type) {
    case 'null':
    case 'boolean':
    case 'number':
    case 'integer':
    case 'string':
      return { kind: schema.type }
    case 'array':
      // A tuple's items differ by place.
      return { kind: 'array', items: schema.prefixItems === undefined ? inner(schema.items) : unknown }
    case 'object':
      return objectShape(schema, inner)
    default:
      return unknown
  }
}

function objectShape(schema: Schema, inner: (part: Json | undefined) => Shape): Shape {
  const properties = Object.entries((schema.properties ?? {}) as Schema)
  const required = new Set((schema.required ?? []) as readonly string[])
  const fields = properties.map(([name, part]) => {
    const shape = inner(part)
    return [name, required.has(name) ? shape : anyOf([shape, nothing])]
  })
  const open = schema.additionalProperties !== false || schema.patternProperties !== undefined
  return { kind: 'object', fields: Object.fromEntries(fields), open }
}

/** `#` or `#/$defs/name`, within the same document: elsewhere there may stand what is no schema. */
export function referredTo(reference: string, root: Schema): Json | undefined {
  const [start, word, name, ...below] = reference.split('/')
  if (start !== '#' || below.length > 0) return undefined
  if (word === undefined) return root
  const parts = word === '$defs' || word === 'definitions' ? root[word] : undefined
  if (name === undefined || !isSchema(parts)) return undefined
  return ownMember(parts, name.replaceAll('~1', '/').replaceAll('~0', '~'))
}
