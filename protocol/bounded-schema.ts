import { z } from 'zod'
import type { Json } from './canonical.ts'
import type { Schema } from './schema-parts.ts'
import { type Steps, spend } from './steps.ts'
import { type Demand, partWord, type TakenPatterns } from './take-patterns.ts'

type ZodType = z.core.$ZodType
type Payload = z.core.ParsePayload
type Context = z.core.ParseContextInternal

/** For one value: some tenths of a second. */
const mostSteps = 4_000_000
const stepsPerPart = 10
/** A part that does not fit is told as such to each that it is a part of. */
const stepsPerMisfit = 30
const charactersPerStep = 16
/** Parts within parts: three for each level that a value may have. */
const mostLevels = 1_500

/** What is left for the value that is asked about now. */
let work: Steps & { levels: number } = { left: 0, levels: 0 }

/**
 * Asks a value what a schema says, patterns included, and counts: parts that refer to others twice each are gone through a
 * million times after twenty of them, and what refers to itself never ends.
 *
 * @returns how to ask
 * @throws Error when it is no schema
 */
export function boundedSchema({ schema, demands }: TakenPatterns): (value: Json) => z.ZodSafeParseResult<unknown> {
  const type = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0], { registry: new Parts(demands) })
  return value => {
    work = { left: mostSteps, levels: 0 }
    return type.safeParse(value)
  }
}

/** zod tells a registry of each part, once it has made a type of it, and before it puts that into another. */
class Parts extends z.core.$ZodRegistry {
  readonly #types: ZodType[] = []
  readonly #bounded = new WeakSet<ZodType>()
  readonly #demands: readonly Demand[]

  constructor(demands: readonly Demand[]) {
    super()
    this.#demands = demands
  }

  override add<T extends ZodType>(type: T, meta?: object): this {
    const part = (meta as Schema)[partWord] as number
    this.#types[part] = type
    // What several refer to is one type.
    if (!this.#bounded.has(type)) this.#bound(type, this.#demands[part]!)
    this.#bounded.add(type)
    return this
  }

  #bound(type: ZodType, demand: Demand): void {
    const { run } = type._zod
    type._zod.run = (payload, context) => {
      const { value } = payload
      if (++work.levels > mostLevels) throw new RangeError('it refers to itself more often than any value has levels')
      spend(work, stepsPerPart + demand.words + (typeof value === 'string' ? value.length / charactersPerStep : 0))
      // Nothing in a schema has to be waited for.
      const made = run(payload, context) as Payload
      if (demand.pattern && typeof value === 'string') askText(demand.pattern, value, made, type)
      if (demand.names && isRecord(value)) this.#askNames(demand, value, made, context, type)
      if (made.issues.length > 0) spend(work, stepsPerMisfit)
      work.levels--
      return made
    }
  }

  #askNames(
    { names = [], closedTo }: Demand,
    value: Readonly<Record<string, unknown>>,
    { issues }: Payload,
    context: Context,
    inst: ZodType,
  ): void {
    const surplus = Object.entries(value).filter(([name, input]) => {
      const asked = names.filter(({ pattern }) => pattern.test(name, work))
      for (const { part } of asked) {
        const inner = this.#types[part]!._zod.run({ value: input, issues: [] }, context) as Payload
        issues.push(...z.core.util.prefixIssues(name, inner.issues))
      }
      return asked.length === 0 && closedTo && !closedTo.has(name)
    })
    if (surplus.length === 0) return
    issues.push({ code: 'unrecognized_keys', keys: surplus.map(([name]) => name), input: value, inst })
  }
}

function askText(pattern: NonNullable<Demand['pattern']>, value: string, { issues }: Payload, inst: ZodType): void {
  if (pattern.test(value, work)) return
  const what = { origin: 'string', code: 'invalid_format', format: 'regex', pattern: `/${pattern.source}/` } as const
  issues.push({ ...what, input: value, inst, continue: true })
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
