import { contentHash, type Json } from '../../../protocol/canonical.ts'
import { EntenteError, type ErrorCode } from '../../../protocol/errors.ts'
import type { Plan } from '../../../protocol/plan.ts'
import type { PlanningRecord } from '../../../protocol/planning.ts'
import type { Embedder } from '../../../registry/retrieve/embedder.ts'
import type { Library } from '../../flow/check/laid.ts'
import type { OfferOf } from '../../flow/check/offer.ts'
import { planFrom } from '../../flow/plan.ts'
import { lockTemplate } from '../lock-template.ts'
import { parseTemplate } from '../read-template.ts'
import { type FoundParameter, findParameters } from './find-parameters.ts'
import { findTemplate, type KnownTemplate, type Nearness } from './find-template.ts'
import { type Planner, planByModel } from './plan-by-model.ts'
import { type GoalWanted, limitsOf } from './wanted.ts'

/** What a goal is planned with: by a model where there is one, by a template where there is none or it fails. */
export interface Means {
  readonly templates: readonly KnownTemplate[]
  readonly embedder: Embedder | null
  /** What is on offer; where it is not known, skills are not checked. */
  readonly offerOf?: OfferOf
  readonly planner?: Planner
}

/** A plan that passed every check, and all that an order takes: template, those that it uses, parameters, and its record. */
export interface PlannedGoal {
  readonly template: Json
  readonly used: readonly Json[]
  readonly plan: Plan
  readonly by: ByModel | ByTemplate
}
interface ByModel {
  readonly kind: 'model'
  readonly record: PlanningRecord
  readonly wasKept: boolean
}
interface ByTemplate {
  readonly kind: 'template'
  readonly nearness: Nearness
  readonly parameters: readonly FoundParameter[]
  /** Why a model that was asked did not plan it. */
  readonly instead: string | null
}

/** What went wrong with a model, so that a template may serve. */
const modelsOwn: ReadonlySet<ErrorCode> = new Set(['GOAL_UNPLANNED', 'MODEL_FAILED', 'PLANNING_OVER_BUDGET'])

const anything: OfferOf = () => ({ domains: Number.POSITIVE_INFINITY, highestPrice: 0n, nearest: [] })

/**
 * Plans a goal that is said in words.
 * @throws EntenteError what the model was refused for, where no template fits either; GOAL_UNMATCHED; or what `planFrom`
 *   has against the template
 */
export async function planGoal(wanted: GoalWanted, means: Means): Promise<PlannedGoal> {
  const { planner } = means
  if (!planner) return planByTemplate(wanted, means, null)
  try {
    const { template, plan, record, wasKept } = await planByModel(wanted, planner)
    return { template, used: [], plan, by: { kind: 'model', record, wasKept } }
  } catch (error) {
    if (!(error instanceof EntenteError) || !modelsOwn.has(error.code)) throw error
    const instead = `${error.code}: ${error.message}`
    return await planByTemplate(wanted, means, instead).catch((other: unknown) => {
      throw other instanceof EntenteError && other.code === 'GOAL_UNMATCHED' ? error : other
    })
  }
}

async function planByTemplate(wanted: GoalWanted, means: Means, instead: string | null): Promise<PlannedGoal> {
  const { templates, embedder, offerOf = anything } = means
  const { known, nearness } = await findTemplate(wanted.goal, templates, embedder)
  const parameters = await findParameters(wanted.goal, known.template, embedder)
  const { template, used } = lockTemplate(
    known.value,
    templates.map(({ value }) => value),
  )
  const plan = planFrom(parseTemplate(template), contentHash(template), offerOf, limitsOf(wanted), {
    parameters: valuesOf(parameters),
    library: libraryOf(used),
  })
  return { template, used, plan, by: { kind: 'template', nearness, parameters, instead } }
}

/** What the template is given, beside its defaults. */
export function parametersOf(by: PlannedGoal['by']): { readonly [name: string]: Json } {
  return by.kind === 'template' ? valuesOf(by.parameters) : {}
}

function valuesOf(parameters: readonly FoundParameter[]): { readonly [name: string]: Json } {
  return Object.fromEntries(parameters.map(({ name, value }) => [name, value]))
}

function libraryOf(used: readonly Json[]): Library {
  return new Map(
    used.map(value => {
      const hash = contentHash(value)
      return [hash, { template: parseTemplate(value), hash }] as const
    }),
  )
}
