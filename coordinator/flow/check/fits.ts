import { canonicalJson, type Json } from '../../../protocol/canonical.ts'
import { isSchema, type Schema } from '../../../protocol/schema-parts.ts'
import { referredTo, type Shape } from './shape.ts'

/** A place where a value of a shape can never be what a schema asks for. */
export interface Misfit {
  readonly path: readonly string[]
  readonly why: string
}

const maxDepth = 12
/** References and alternatives that are gone along one after the other. */
const maxLevels = 100
/** Parts, fields, names and values that are compared: of more nothing is said. */
const mostCompared = 100_000

/** Compares a part of a shape with a part of the schema, at a place of the value. */
type Compare = (shape: Shape, part: Json | undefined, path: readonly string[]) => Misfit[]

/**
 * Why no value of this shape is one that the schema allows; empty when one may be. What is only possible is not said:
 * every misfit is certain to be refused when it runs (of a list: as soon as it holds anything).
 */
export function misfits(shape: Shape, schema: Schema): Misfit[] {
  let left = mostCompared
  const among = (found: readonly Misfit[][]) => (found.every(each => each.length > 0) ? found[0]! : [])
  const compareAt =
    (level: number): Compare =>
    (shape, part, path) => {
      if (shape.kind === 'unknown' || !isSchema(part) || path.length > maxDepth) return []
      if (level > maxLevels || left <= 0) return []
      left -= sizeOf(shape, part)
      const compare = compareAt(level + 1)
      if (typeof part.$ref === 'string') return compare(shape, referredTo(part.$ref, schema), path)
      if (shape.kind === 'any') return among(shape.of.map(one => compare(one, part, path)))
      const options = (part.anyOf ?? part.oneOf) as readonly Json[] | undefined
      if (options?.length) return misfitOfOptions(options.map(option => compare(shape, option, path)))
      return misfitOfType(shape, part, path) ?? misfitOfValue(shape, part, path) ?? inside(shape, part, path, compare)
    }
  return compareAt(0)(shape, schema, [])
}

function sizeOf(shape: Shape, part: Schema): number {
  const fields = shape.kind === 'object' ? Object.keys(shape.fields).length : 0
  return 1 + fields + [part.enum ?? [], part.required ?? []].flat().length
}

/** Of several schemas the one that is most nearly met says most. */
function misfitOfOptions(found: readonly Misfit[][]): Misfit[] {
  if (found.some(each => each.length === 0)) return []
  return found.toSorted((a, b) => b[0]!.path.length - a[0]!.path.length || a.length - b.length)[0]!
}

type Plain = Exclude<Shape, { kind: 'any' | 'unknown' }>

function misfitOfType({ kind }: Plain, { type }: Schema, path: readonly string[]): Misfit[] | null {
  if (type === undefined) return null
  const allowed = (Array.isArray(type) ? type : [type]) as readonly string[]
  // A number may happen to be whole.
  const fits = allowed.some(each => each === kind || (each === 'number' && kind === 'integer'))
  if (fits || (kind === 'number' && allowed.includes('integer'))) return null
  return [{ path, why: `it is ${described(kind)}, ${allowed.map(described).join(' or ')} is asked for` }]
}

function misfitOfValue(shape: Plain, schema: Schema, path: readonly string[]): Misfit[] | null {
  if (!('value' in shape)) return null
  const allowed = ('const' in schema ? [schema.const] : schema.enum) as readonly Json[] | undefined
  const text = canonicalJson(shape.value)
  if (!allowed || allowed.some(each => canonicalJson(each) === text)) return null
  return [{ path, why: `it is ${text}, one of ${canonicalJson(allowed)} is asked for` }]
}

function inside(shape: Plain, schema: Schema, path: readonly string[], compare: Compare): Misfit[] {
  if (shape.kind === 'array') {
    const { items } = schema
    return compare(shape.items, items, [...path, '[]'])
  }
  if (shape.kind !== 'object') return []
  const properties = (schema.properties ?? {}) as { readonly [name: string]: Json }
  const required = (schema.required ?? []) as readonly string[]
  const missing = shape.open ? [] : required.filter(name => !Object.hasOwn(shape.fields, name))
  const surplus = schema.additionalProperties === false && schema.patternProperties === undefined
  return [
    ...missing.map(name => ({ path: [...path, name], why: 'it is asked for, and not given' })),
    ...Object.entries(shape.fields).flatMap(([name, field]) => {
      const property = properties[name]
      if (isSchema(property)) return compare(field, property, [...path, name])
      return surplus && property === undefined && isThere(field)
        ? [{ path: [...path, name], why: 'no such field is asked for' }]
        : []
    }),
  ]
}

/** What may be null may be a field that is left out. */
function isThere(field: Shape): boolean {
  const isOpen = ({ kind }: Shape) => kind === 'unknown' || kind === 'null'
  return field.kind === 'any' ? !field.of.some(isOpen) : !isOpen(field)
}

function described(kind: string): string {
  if (kind === 'null' || kind === 'unknown') return 'null'
  if (kind === 'array') return 'a list'
  return `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`
}
