import type { Json } from '../../protocol/canonical.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { Plan } from '../../protocol/plan.ts'
import type { Template } from '../../protocol/template.ts'
import { fallbackBudgetFaults, fallbackOfferFaults, fallbackTimeFaults } from './check/fallback-faults.ts'
import { type LaidFallback, layInFallbacks } from './check/fallbacks.ts'
import { type Fault, pathText } from './check/fault.ts'
import { goldFaults, withGold } from './check/gold.ts'
import { judgeFaults } from './check/judge.ts'
import type { LaidPlan, Library } from './check/laid.ts'
import { layIn } from './check/lay-in.ts'
import { budgetFaults, timeFaults } from './check/limits.ts'
import type { OfferOf } from './check/offer.ts'
import { inputFaults, type Parameters, parameterFaults, withDefaults } from './check/parameters.ts'
import { sealFaults } from './check/sealed.ts'
import { offerFaults, schemaFitFaults } from './check/skills.ts'
import { isAsk, isWait, isWork } from './check/structure.ts'

export type { Offer } from './check/offer.ts'

export interface PlanLimits {
  readonly budget: bigint
  readonly feeBps: number
  readonly availableMs: number
}

/** What a task brings to its template. */
export interface Brought {
  readonly parameters?: Parameters
  /** Left out where it is not known yet. */
  readonly input?: Json
  /** The templates that the template uses, and those that they use. */
  readonly library?: Library
}

/**
 * Step "plan": a template becomes a plan when every check passes; nothing runs before.
 * @throws EntenteError PLAN_INVALID, PATTERN_REFUSED, PARAMETERS_INVALID, INPUT_INVALID, SKILL_UNKNOWN, PLAN_OVER_BUDGET — all that is
 *   wrong of that kind, each with its path.
 */
export function planFrom(
  template: Template,
  hash: Hex,
  offerOf: OfferOf,
  limits: PlanLimits,
  { parameters = {}, input, library = new Map() }: Brought = {},
): Plan {
  const refuse = (faults: readonly Fault[]) => {
    if (faults.length === 0) return
    const said = faults.map(({ path, what }) => `${pathText(path)}: ${what}`)
    throw new EntenteError(faults[0]!.code, `${template.name}: ${said.join('; ')}`)
  }
  const plain = layIn(template, library)
  refuse(plain.faults)
  refuse(goldFaults(plain.nodes, template.gold))
  const laid = { ...plain, nodes: withGold(plain.nodes, template.gold) }
  const { fallbacks, faults } = layInFallbacks(template, laid, library)
  refuse(faults)
  refuse(parameterFaults(template, parameters))
  refuse(input === undefined ? [] : inputFaults(template, input))
  refuse(offerFaults(laid.nodes, offerOf))
  refuse(schemaFitFaults(template, laid, offerOf))
  refuse(sealFaults(template, laid, offerOf))
  refuse(judgeFaults(laid.nodes, offerOf))
  refuse(budgetFaults(laid.nodes, offerOf, limits))
  refuse(timeFaults(laid.nodes, limits.availableMs))
  for (const [place, fallback] of fallbacks.entries()) {
    refuse(fallbackOfferFaults(fallback, offerOf))
    refuse(fallbackBudgetFaults(fallback, place, offerOf, limits))
    refuse(fallbackTimeFaults(fallback, place, laid, limits.availableMs))
  }
  return planOf(template, hash, { laid, fallbacks }, parameters)
}

/** What a template does not use leaves no trace in its plan, so that a plan without it keeps its hash. */
function planOf(
  template: Template,
  hash: Hex,
  { laid, fallbacks }: { readonly laid: LaidPlan; readonly fallbacks: readonly LaidFallback[] },
  parameters: Parameters,
): Plan {
  const { nodes, output } = laid
  const used = [laid, ...fallbacks.map(fallback => fallback.laid)].flatMap(({ uses }) => uses)
  const uses = [...new Map(used.map(each => [each.hash, each])).values()]
  const { name, version } = template
  const waits = nodes.flatMap(({ node }) => (isWait(node) ? [node] : []))
  const asks = nodes.flatMap(({ node }) => (isAsk(node) ? [node] : []))
  return {
    template: { name, version, hash },
    ...(uses.length > 0 ? { uses } : {}),
    ...(template.parameters ? { params: { ...withDefaults(template, parameters) } } : {}),
    ...(template.gold ? { gold: template.gold } : {}),
    subtasks: nodes.flatMap(({ node }) => (isWork(node) ? [node] : [])),
    ...(waits.length > 0 ? { waits } : {}),
    ...(asks.length > 0 ? { asks } : {}),
    output,
    ...(fallbacks.length > 0 ? { otherwise: fallbacks.map(({ planned }) => planned) } : {}),
  }
}
