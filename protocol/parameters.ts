import { boundedSchema } from './bounded-schema.ts'
import type { Json } from './canonical.ts'
import { onceFor } from './once-for.ts'
import { withoutRestricted } from './restricted-places.ts'
import type { Schema } from './schema-parts.ts'
import { type RefusedPattern, takePatterns } from './take-patterns.ts'

export type { Schema } from './schema-parts.ts'

/**
 * What of a value a JSON Schema does not allow, each as `path: why`; an empty list when it allows all of it. A schema that
 * is none, or takes more steps on this value than anybody can wait for, allows nothing.
 *
 * @param at what the value is called, before its path
 */
export function schemaFaults(schema: Schema, value: Json, at: string): string[] {
  const { ask, fault } = compile(schema)
  if (!ask) return [`${at}: its schema cannot be asked: ${fault}`]
  try {
    const parsed = ask(value)
    if (parsed.success) return []
    return parsed.error.issues.map(({ path, message }) => `${[at, ...path].join('.')}: ${message}`)
  } catch {
    // Engines do not say alike how deep is too deep.
    return [`${at}: its schema takes more steps on this than anybody can wait for`]
  }
}

/** The same where what is restricted is sealed: of that nobody on the way can say whether the schema allows it. */
export function givenFaults(schema: Schema, value: Json, at: string): string[] {
  return schemaFaults(opened(schema), value, at)
}

/** Why a document is no JSON Schema, or none that is asked here; null when it is one. */
export function schemaFault(schema: Schema): string | null {
  return compile(schema).fault
}

/** The patterns for which a schema is not asked. */
export function refusedPatterns(schema: Schema): readonly RefusedPattern[] {
  return compile(schema).refused
}

interface Compiled {
  readonly ask: ReturnType<typeof boundedSchema> | null
  readonly fault: string | null
  readonly refused: readonly RefusedPattern[]
}

const opened = onceFor(withoutRestricted)

/** Schemas of cards and templates are asked again and again. */
const compile = onceFor((schema: Schema): Compiled => {
  const taken = takePatterns(schema)
  const [first] = taken.refused
  if (first) return { ask: null, fault: `${first.path.join('.')}: ${first.why}`, refused: taken.refused }
  try {
    return { ask: boundedSchema(taken), fault: null, refused: [] }
  } catch (error) {
    return { ask: null, fault: error instanceof Error ? error.message : String(error), refused: [] }
  }
})
