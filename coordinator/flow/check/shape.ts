import type { Json } from '../../../protocol/canonical.ts'
import type { Schema } from '../../../protocol/parameters.ts'

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

/** What a schema says of the values that it allows; unknown for what it says in words that are not looked at here. */
export function shapeOf(schema: Schema | undefined, root = schema, depth = 0): Shape {
  if (!schema || typeof schema !== 'object' || depth > maxDepth) return unknown
  const inner = (part: Json | undefined) => shapeOf(part as Schema | undefined, root, depth + 1)
  if (typeof schema.$ref === 'string') return inner(referredTo(schema.$ref, root!))
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

/** `#/$defs/name`, within the same document. */
export function referredTo(reference: string, root: Schema): Schema | undefined {
  if (!reference.startsWith('#')) return undefined
  const steps = reference.slice(1).split('/').slice(1)
  const found = steps.reduce<Json | undefined>(
    (part, step) => (part as Schema | undefined)?.[step.replaceAll('~1', '/').replaceAll('~0', '~')],
    root,
  )
  return found as Schema | undefined
}
