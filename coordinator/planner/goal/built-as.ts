import type { Json } from '../../../protocol/canonical.ts'

const DEEPEST = 4
const LARGEST_SCHEMA = 2_000

/**
 * What of a JSON Schema says how a value is built. Prose (`description`, `examples`…) is left out: an agent wrote it, and none of
 * it is checked. Of a large schema the depths are left out.
 */
export function builtAs(schema: Json): Json {
  for (let depth = DEEPEST; depth > 0; depth--) {
    const built = pruned(schema, depth)
    if (JSON.stringify(built).length <= LARGEST_SCHEMA) return built
  }
  return {}
}

/** Keywords of JSON Schema 2020-12 whose values are data, names or bounds... */
const FLAT = new Set([
  ...['type', 'enum', 'const', 'required', 'format', 'pattern', 'minimum', 'maximum', 'minLength', 'maxLength'],
  ...['minItems', 'maxItems', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
])
/** ...a schema, or several... */
const INNER = new Set(['items', 'additionalProperties', 'anyOf', 'oneOf', 'allOf', 'prefixItems'])
/** ...and schemas by name. */
const NAMED = new Set(['properties', '$defs'])

function pruned(schema: Json, depth: number): Json {
  if (Array.isArray(schema)) return schema.map(each => pruned(each, depth))
  if (schema === null || typeof schema !== 'object') return schema
  if (depth === 0) return {}
  return Object.fromEntries(
    Object.entries(schema).flatMap(([keyword, value]): [string, Json][] => {
      if (keyword === '$ref' || FLAT.has(keyword)) return [[keyword, value]]
      if (INNER.has(keyword)) return [[keyword, pruned(value, depth - 1)]]
      if (!NAMED.has(keyword) || value === null || typeof value !== 'object') return []
      return [
        [keyword, Object.fromEntries(Object.entries(value).map(([name, each]) => [name, pruned(each, depth - 1)]))],
      ]
    }),
  )
}
