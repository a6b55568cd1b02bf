import { z } from 'zod'
import type { Json } from './canonical.ts'
import { EntenteError } from './errors.ts'
import { ownMember } from './json.ts'
import { compilePattern, type Pattern } from './pattern.ts'
import { isSchema, mapParts, type Schema, type SchemaPath } from './schema-parts.ts'

/** A pattern that is not run, and why. */
export interface RefusedPattern {
  readonly path: SchemaPath
  readonly why: string
}

/** What is asked of the values of one part of a schema, beside what zod asks. */
export interface Demand {
  /** Words of its own that are gone through for each value. */
  readonly words: number
  /** How often all of a value is gone through: to join what alternatives made of it, or to compare its items. */
  readonly wholes: number
  readonly pattern?: Pattern
  readonly names?: readonly NameDemand[]
  /** Where no names are allowed beside these, and those that `names` knows. */
  readonly closedTo?: ReadonlySet<string>
}

export interface NameDemand {
  readonly pattern: Pattern
  /** The part that says what stands under such a name. */
  readonly part: number
}

export interface TakenPatterns {
  /** The schema without patterns; each part has its number in it. */
  readonly schema: Schema
  /** By the part's number. */
  readonly demands: readonly Demand[]
  readonly refused: readonly RefusedPattern[]
}

/** The word that numbers parts; what somebody else wrote there is dropped. */
export const partWord = '\u0000part'

/** Of all patterns of a schema together, in their instructions. */
const mostInstructions = 100_000

/** What zod writes beside these formats, with look-around: it says no more than the format, which zod asks by itself. */
const { duration, hostname, iban, emoji } = z.core.regexes
const formats: Readonly<Record<string, string>> = {
  duration: duration.source,
  hostname: hostname.source,
  iban: iban.source,
  emoji: emoji().source,
}

/**
 * Takes out of a schema what zod would give to the engine's own regular expressions, which some texts keep busy for longer
 * than anybody waits: `pattern` and `patternProperties`.
 */
export function takePatterns(whole: Schema): TakenPatterns {
  const demands: Demand[] = []
  const refused: RefusedPattern[] = []
  let instructions = 0

  function compile(source: Json, path: SchemaPath): Pattern[] {
    try {
      if (typeof source !== 'string') throw new EntenteError('PATTERN_REFUSED', 'it is no text')
      const pattern = compilePattern(source)
      instructions += pattern.size
      if (instructions <= mostInstructions) return [pattern]
      throw new EntenteError('PATTERN_REFUSED', `the patterns up to here come to more than ${mostInstructions} parts`)
    } catch (error) {
      refused.push({ path, why: (error as EntenteError).message })
      return []
    }
  }

  function take(schema: Schema, path: SchemaPath): Schema {
    const part = demands.push({ words: 0, wholes: 0 }) - 1
    // A description would have zod copy the part, without what is put on it.
    const {
      pattern,
      patternProperties,
      description: _,
      ...kept
    } = mapParts(spelled(schema), (inner, at) => take(inner, [...path, ...at]))
    const isOfFormat = typeof schema.format === 'string' && ownMember(formats, schema.format) === pattern
    const texts = pattern === undefined || isOfFormat ? [] : compile(pattern, [...path, 'pattern'])
    const byName = Object.entries(isSchema(patternProperties) ? patternProperties : {}).flatMap(([source, value]) =>
      compile(source, [...path, 'patternProperties', source]).map(pattern => ({ pattern, value: value as Schema })),
    )
    const isClosed = byName.length > 0 && schema.additionalProperties === false
    demands[part] = {
      words: [schema.enum ?? [], schema.type ?? []].flat().length,
      wholes: wholesOf(schema) + byName.length,
      ...(texts[0] && isAsked(schema, 'string') ? { pattern: texts[0] } : {}),
      ...(byName.length > 0 && isAsked(schema, 'object')
        ? { names: byName.map(({ pattern, value }) => ({ pattern, part: value[partWord] as number })) }
        : {}),
      ...(isClosed ? { closedTo: new Set(Object.keys((schema.properties ?? {}) as Schema)) } : {}),
    }
    return {
      ...kept,
      ...(isClosed ? { additionalProperties: true } : {}),
      ...(byName.length > 0 ? { patternProperties: unmatched(byName.map(({ value }) => value)) } : {}),
      [partWord]: part,
    }
  }

  return { schema: take(whole, []), demands, refused }
}

/** With words that zod would add by itself, and schemas where `true` and `false` stand for them. */
function spelled(schema: Schema): Schema {
  const { propertyNames, patternProperties } = schema
  const names = isSchema(propertyNames) && propertyNames.type === undefined ? { type: 'string' } : null
  return {
    ...schema,
    ...(names ? { propertyNames: { ...names, ...(propertyNames as Schema) } } : {}),
    ...(isSchema(patternProperties)
      ? {
          patternProperties: Object.fromEntries(
            Object.entries(patternProperties).map(([name, value]) => [name, asSchema(value)]),
          ),
        }
      : {}),
  }
}

function asSchema(value: Json): Schema {
  if (isSchema(value)) return value
  return value === false ? { not: {} } : {}
}

function wholesOf({ allOf, anyOf, oneOf, uniqueItems }: Schema): number {
  return (Array.isArray(allOf) ? allOf.length : 0) + [anyOf, oneOf, uniqueItems].filter(Boolean).length
}

/** Whether zod looks at what a part says of values of a type: beside these words it does not. */
function isAsked(schema: Schema, type: string): boolean {
  const { $ref, enum: choices, const: value } = schema
  return !$ref && choices === undefined && value === undefined && [schema.type].flat().includes(type)
}

/** Schemas where zod makes types of them, and under names that no field has. */
function unmatched(schemas: readonly Schema[]): Schema {
  return Object.fromEntries(schemas.map((schema, index) => [`[]${index}`, schema]))
}
