import { mostCost } from '../../coordinator/flow/check/limits.ts'
import type { OfferOf } from '../../coordinator/flow/check/offer.ts'
import { defaultTerms } from '../../coordinator/terms.ts'
import { haltsOf, type Plan } from '../../protocol/plan.ts'

/** What a plan may cost at most when all is done once, with the dearest of its fallbacks; attempts come out of the same. */
export function mostOf(plan: Plan, offerOf: OfferOf): bigint {
  const own = [...plan.subtasks, ...haltsOf(plan)]
  const ways = [own, ...(plan.otherwise ?? []).map(({ subtasks }) => [...own, ...subtasks])]
  const costs = ways.map(nodes => mostCost(nodes, offerOf, defaultTerms.feeBps))
  return costs.reduce((most, cost) => (cost > most ? cost : most))
}
