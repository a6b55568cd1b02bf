import { mostCost } from '../../coordinator/flow/check/limits.ts'
import type { OfferOf } from '../../coordinator/flow/check/offer.ts'
import { defaultTerms } from '../../coordinator/terms.ts'
import { type Halt, haltsOf, type Plan, type Subtask } from '../../protocol/plan.ts'

/** What a plan may cost at most when all is done once, with the dearest of its fallbacks; attempts come out of the same. */
export function mostOf(plan: Plan, offerOf: OfferOf): bigint {
  const own = [...plan.subtasks, ...haltsOf(plan)]
  const ways = [own, ...(plan.otherwise ?? []).map(({ subtasks }) => [...own, ...subtasks])]
  const costs = ways.map(nodes => mostCost(nodes, offerOf, defaultTerms.feeBps) + roundingOf(nodes))
  return costs.reduce((most, cost) => (cost > most ? cost : most))
}

/** The fee of each piece of work is rounded up when it is given out. */
function roundingOf(nodes: readonly (Subtask | Halt)[]): bigint {
  const pieces = nodes.map(node => ('skill' in node ? (node.forEach?.max ?? 1) * (node.compensate ? 2 : 1) : 0))
  return BigInt(pieces.reduce((sum, each) => sum + each, 0))
}
