import { z } from 'zod'
import type { Json } from './canonical.ts'
import type { Schema } from './schema-parts.ts'
import { type Steps, spend } from './steps.ts'
import { type Demand, partWord, type TakenPatterns } from './take-patterns.ts'

type ZodType = z.core.$ZodType
type Payload = z.core.ParsePayload
type Context = z.core.ParseContextInternal

/** For one value: a second, where they are of the dearest. */
const mostSteps = 4_000_000
const stepsPerPart = 10
/** A part that does not fit is told as such to each that it is a part of. */
const stepsPerMisfit = 30
const charactersPerStep = 16
/** For each value in one that is joined with another, or compared. */
const stepsPerJoined = 4
/** Parts within parts: three for each level that a value may have. */
const mostLevels = 1_500

/** What is left for the value that is asked about now. */
let work = workAnew()

function workAnew(): Steps & { levels: number; readonly sizes: WeakMap<object, number> } {
  return { left: mostSteps, levels: 0, sizes: new WeakMap() }
}

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
    work = workAnew()
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
      spend(work, stepsPerPart + demand.words + widthOf(value))
      if (demand.wholes > 0) spend(work, demand.wholes * stepsPerJoined * sizeOf(value))
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

/** As much as a look at each of its items takes, or a copy of it. */
function widthOf(value: unknown): number {
  if (typeof value === 'string') return value.length / charactersPerStep
  if (Array.isArray(value)) return value.length
  return isRecord(value) ? Object.keys(value).length : 0
}

/** All that is in it. */
function sizeOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1 + widthOf(value)
  const known = work.sizes.get(value) ?? Object.values(value).reduce((sum, inner) => sum + sizeOf(inner), 1)
  work.sizes.set(value, known)
  return known
}

function askText(pattern: NonNullable<Demand['pattern']>, value: string, { issues }: Payload, inst: ZodType): void {
  if (pattern.test(value, work)) return
  const what = { origin: 'string', code: 'invalid_format', format: 'regex', pattern: `/${pattern.source}/` } as const
  issues.push({ ...what, input: value, inst, continue: true })
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
