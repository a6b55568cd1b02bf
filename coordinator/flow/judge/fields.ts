import type { Json } from '../../../protocol/canonical.ts'
import { ownMember } from '../../../protocol/json.ts'
import type { JudgeRule } from '../../../protocol/plan.ts'
import { notNull } from '../agree/agree.ts'
import type { Schema } from '../agree/merge.ts'

/** A place in an output: names from its root on. */
export type Field = readonly string[]

/** What a judge may decide: the whole answer where its rule names no part of it. */
export function fieldsOf({ fields = [''] }: Pick<JudgeRule, 'fields'>): Field[] {
  // RFC 6901.
  return fields.map(pointer =>
    pointer
      .split('/')
      .slice(1)
      .map(name => name.replaceAll('~1', '/').replaceAll('~0', '~')),
  )
}

/** What stands there; null where nothing does. */
export function valueAt(output: Json, field: Field): Json {
  return field.reduce<Json>((value, name) => ownMember(inside(value), name) ?? null, output)
}

/** The output with another value there. */
export function withValue(output: Json, [name, ...below]: Field, value: Json): Json {
  if (name === undefined) return value
  const record = inside(output)
  return { ...record, [name]: withValue(ownMember(record, name) ?? null, below, value) }
}

/** The schema with what stands there left to no rule: the first that there is, whatever the others say. */
export function leftOpen(given: Schema, [name, ...below]: Field): Schema {
  if (name === undefined) return { ...given, agree: { by: 'ignore' } }
  const schema = notNull(given)
  const { agree: _, ...rest } = schema
  const properties = (schema.properties ?? {}) as Readonly<Record<string, Schema>>
  return { ...rest, properties: { ...properties, [name]: leftOpen(ownMember(properties, name) ?? {}, below) } }
}

/** Whether the schema says that there is such a field. */
export function isDeclared(given: Schema, [name, ...below]: Field): boolean {
  if (name === undefined) return true
  const inner = ownMember((notNull(given).properties ?? {}) as Readonly<Record<string, Schema>>, name)
  return inner !== undefined && isDeclared(inner, below)
}

function inside(value: Json): { readonly [name: string]: Json } {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as { [name: string]: Json }) : {}
}
