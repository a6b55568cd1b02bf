import { z } from 'zod'
import type { Json } from './canonical.ts'
import { JsonValue, mostLevels } from './json.ts'
import { isSchema, listed, named, type Schema, type SchemaPath, single } from './schema-parts.ts'

/**
 * A JSON Schema as cards and templates carry it: what stands where schemas, lists and names are read is such. Whatever else it says, whoever
 * goes through it need not look at each step whether there is anything.
 */
export const JsonSchema = z
  .record(z.string(), JsonValue)
  .check(({ value, issues }) => {
    const path = misshapen(value, [])
    if (!path) return
    const message = `${path.at(-1)} of a JSON Schema is not written so`
    issues.push({ code: 'custom', message, input: value, path: [...path] })
  })
  .describe('JSON Schema 2020-12')

/** The first place that is not what its word asks for. */
function misshapen(schema: Schema, path: SchemaPath): SchemaPath | null {
  if (path.length > mostLevels) return path
  for (const [word, value] of Object.entries(schema)) {
    const at = [...path, word]
    if (word in asks && !asks[word]!(value)) return at
    for (const [name, part] of partsOf(word, value)) {
      const place = name === null ? at : [...at, name]
      if (!isSchema(part) && typeof part !== 'boolean') return place
      const inner = isSchema(part) ? misshapen(part, place) : null
      if (inner) return inner
    }
  }
  return null
}

const isText = (value: Json) => typeof value === 'string'
const areTexts = (value: Json) => Array.isArray(value) && value.every(isText)

/** Of words that hold no schemas, those that are read without a further look. */
const asks: { readonly [word: string]: (value: Json) => boolean } = Object.assign(Object.create(null), {
  type: (value: Json) => isText(value) || areTexts(value),
  enum: Array.isArray,
  required: areTexts,
  $ref: isText,
  ...Object.fromEntries(listed.filter(word => !single.includes(word)).map(word => [word, Array.isArray])),
  ...Object.fromEntries(named.map(word => [word, isSchema])),
})

/** Schemas that stand under a word, by name or number where there may be several. */
function partsOf(word: string, value: Json): [name: string | number | null, part: Json][] {
  if (listed.includes(word) && Array.isArray(value)) return [...(value as readonly Json[]).entries()]
  if (single.includes(word) || word === 'not') return [[null, value]]
  return named.includes(word) ? Object.entries(value as Schema) : []
}
