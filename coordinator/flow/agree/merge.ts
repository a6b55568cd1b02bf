import { canonicalJson, type Json } from '../../../protocol/canonical.ts'
import { ownMember } from '../../../protocol/json.ts'
import { type Deviate, type Replica, weightOf } from './replica.ts'

/** A JSON Schema, of which only shape and `agree` matter here. */
export type Schema = { readonly [key: string]: Json }

/** Merges what several replicas say of one place; tells `deviate` who is off, where and by what. */
export type Merge = (path: string, schema: Schema, replicas: readonly Replica[], deviate: Deviate) => Json

type JsonRecord = { readonly [key: string]: Json }

/** The median of those who gave a number, by weight; who gave none, or one further from it than the tolerance, deviates. */
export function mergeNumbers(
  path: string,
  schema: Schema,
  tolerance: number,
  replicas: readonly Replica[],
  deviate: Deviate,
): Json {
  const numbers = replicas.filter(({ output }) => typeof output === 'number')
  const merged = numbers.length > 0 ? median(numbers, schema.type === 'integer') : null
  for (const { agentId, output } of replicas) {
    const by =
      merged !== null && typeof output === 'number' ? Math.min(Math.abs(output - merged), Number.MAX_VALUE) : null
    const off = by === null ? {} : { by }
    if (by === null || by > tolerance) deviate({ agentId, field: path, got: output, merged, ...off })
  }
  return merged
}

/** Where half of the weight is passed; where it is met exactly, the mean of the two beside, or the lower if only integers fit. */
function median(replicas: readonly Replica[], integer: boolean): number {
  const sorted = [...replicas].sort((a, b) => (a.output as number) - (b.output as number))
  const half = weightOf(replicas) / 2
  const reaching = (enough: (weight: number) => boolean) =>
    sorted.find((_, place) => enough(weightOf(sorted.slice(0, place + 1)))) ?? sorted.at(-1)!
  const lower = reaching(weight => weight >= half).output as number
  const upper = reaching(weight => weight > half).output as number
  // The sum of two that are large need not be a number.
  return integer ? lower : Number.isFinite(lower + upper) ? (lower + upper) / 2 : lower / 2 + upper / 2
}

/** The value with the most weight; between equals the one whose canonical JSON sorts first. */
export function mergeVote(path: string, replicas: readonly Replica[], deviate: Deviate): Json {
  const votes = new Map<string, Replica[]>()
  for (const replica of replicas) {
    const key = canonicalJson(replica.output)
    votes.set(key, [...(votes.get(key) ?? []), replica])
  }
  const [winner] = [...votes].sort(([a, x], [b, y]) => weightOf(y) - weightOf(x) || (a < b ? -1 : 1))
  const merged = winner![1][0]!.output
  for (const { agentId, output } of replicas) {
    if (canonicalJson(output) !== winner![0]) deviate({ agentId, field: path, got: output, merged })
  }
  return merged
}

/** The one value that all gave; where they differ, nobody's stands. */
export function mergeExact(path: string, replicas: readonly Replica[], deviate: Deviate): Json {
  const [first] = replicas
  if (replicas.every(({ output }) => canonicalJson(output) === canonicalJson(first!.output))) return first!.output
  for (const { agentId, output } of replicas) deviate({ agentId, field: path, got: output, merged: null })
  return null
}

export function mergeRecord(
  path: string,
  schema: Schema,
  replicas: readonly Replica[],
  deviate: Deviate,
  merge: Merge,
): Json {
  const properties = (schema.properties ?? {}) as Record<string, Schema>
  const others = typeof schema.additionalProperties === 'object' ? (schema.additionalProperties as Schema) : {}
  const keys = new Set(replicas.flatMap(({ output }) => Object.keys(asRecord(output))))
  const merged = [...keys].sort().map((key): [string, Json] => {
    const inside = replicas.map(replica => ({ ...replica, output: ownMember(asRecord(replica.output), key) ?? null }))
    return [key, merge(`${path}/${escapePointer(key)}`, ownMember(properties, key) ?? others, inside, deviate)]
  })
  return Object.fromEntries(merged)
}

/** Items matched by key; an item stands when more than half of the weight has it. */
export function mergeList(
  path: string,
  schema: Schema,
  key: string,
  replicas: readonly Replica[],
  deviate: Deviate,
  merge: Merge,
): Json {
  const items = (schema.items ?? {}) as Schema
  const merged: [key: Json, value: Json][] = []
  for (const [name, found] of itemsByKey(key, replicas)) {
    const at = `${path}/${escapePointer(name)}`
    if (weightOf(found) * 2 > weightOf(replicas)) {
      for (const { agentId } of missing(replicas, found)) deviate({ agentId, field: at, got: null, merged: 'an item' })
      const value = ownMember(asRecord(found[0]!.output), key) ?? null
      const inside = widened(items, value, found)
      merged.push([value, merge(at, inside, found, deviate)])
    } else {
      for (const { agentId, output } of found) deviate({ agentId, field: at, got: output, merged: null })
    }
  }
  return merged.sort(([a], [b]) => compareKeys(a, b)).map(([, value]) => value)
}

/**
 * The schema of one item, with `tolerancePerKey` made part of every `tolerance` in it. Of what it says no more is taken than is asked of
 * these values: a card may hold a thousand times as many words, and a list as many items.
 */
function widened(schema: Schema, key: Json, found: readonly Pick<Replica, 'output'>[]): Schema {
  if (typeof key !== 'number' || typeof schema !== 'object' || schema === null) return schema
  const { agree, properties, ...rest } = wordsOf(schema)
  const { tolerance, tolerancePerKey } = (agree ?? {}) as JsonRecord
  const isWider = typeof tolerance === 'number' && typeof tolerancePerKey === 'number'
  const wider = isWider ? { tolerance: tolerance + tolerancePerKey * Math.abs(key), tolerancePerKey: 0 } : {}
  const names = new Set(found.flatMap(({ output }) => Object.keys(asRecord(output))))
  const inner = [...names].flatMap(name => {
    const property = ownMember(asRecord(properties ?? null), name) as Schema | undefined
    const below = found.map(({ output }) => ({ output: ownMember(asRecord(output), name) ?? null }))
    return property === undefined ? [] : [[name, widened(property, key, below)] as const]
  })
  return {
    ...rest,
    ...(agree === undefined ? {} : { agree: { ...asRecord(agree), ...wider } }),
    ...(properties === undefined ? {} : { properties: Object.fromEntries(inner) }),
  }
}

/** The words of a schema by which values are merged: it may have any number of others. */
export function wordsOf({ agree, type, properties, additionalProperties, items, anyOf }: Schema): Schema {
  const words = { agree, type, properties, additionalProperties, items, anyOf }
  return Object.fromEntries(Object.entries(words).filter((each): each is [string, Json] => each[1] !== undefined))
}

/** One item a key and replica: naming a key twice must not count as two voices. */
function itemsByKey(key: string, replicas: readonly Replica[]): Map<string, Replica[]> {
  const byKey = new Map<string, Replica[]>()
  for (const replica of replicas) {
    const { agentId, output } = replica
    for (const item of Array.isArray(output) ? (output as readonly Json[]) : []) {
      const name = canonicalJson(ownMember(asRecord(item), key) ?? null)
      const found = byKey.get(name) ?? []
      if (found.at(-1)?.agentId !== agentId) byKey.set(name, [...found, { ...replica, output: item }])
    }
  }
  return byKey
}

function compareKeys(a: Json, b: Json): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : canonicalJson(a) < canonicalJson(b) ? -1 : 1
}

function missing(replicas: readonly Replica[], found: readonly Replica[]): Replica[] {
  return replicas.filter(({ agentId }) => !found.some(each => each.agentId === agentId))
}

function asRecord(value: Json): JsonRecord {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonRecord) : {}
}

/** RFC 6901. */
function escapePointer(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}
