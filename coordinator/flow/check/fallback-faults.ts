import type { LaidFallback } from './fallbacks.ts'
import type { Fault } from './fault.ts'
import { judgeFaults } from './judge.ts'
import type { Laid, LaidPlan } from './laid.ts'
import { budgetFaults, timeFaults } from './limits.ts'
import type { OfferOf } from './offer.ts'
import { sealFaults } from './sealed.ts'
import { offerFaults, schemaFitFaults } from './skills.ts'

/** Skills, domains and schemas of what a fallback brings: as of any plan. */
export function fallbackOfferFaults(fallback: LaidFallback, offerOf: OfferOf): Fault[] {
  const { added, template, laid, placeOf } = fallback
  const found = [...schemaFitFaults(template, laid, offerOf), ...sealFaults(template, laid, offerOf)]
  const unfit = found.flatMap(fault => {
    const path = placeOf(fault.path)
    // What is the template's own was said of it.
    return path ? [{ ...fault, path }] : []
  })
  return [
    ...offerFaults(added, offerOf),
    ...judgeFaults(added, offerOf),
    ...unfit,
    ...conditionFaults(fallback, offerOf),
  ]
}

/** Its condition is looked into as that of a node which sees what has ended. */
function conditionFaults({ added, planned, template, laid }: LaidFallback, offerOf: OfferOf): Fault[] {
  const { id, when } = planned
  const at = added[0]?.path.slice(0, 2)
  if (when === undefined || !at) return []
  const asked: Laid = { node: { id, title: '', after: [], when, wait: { ms: 1 } }, path: at, nested: false }
  return sealFaults(template, { ...laid, nodes: [...laid.nodes, asked] }, offerOf).filter(
    ({ path }) => path.length === 3 && path[0] === 'otherwise' && path[2] === 'when',
  )
}

/** What may have been done by then and what the fallback brings fit the budget together. */
export function fallbackBudgetFaults(
  { paid, planned }: LaidFallback,
  place: number,
  offerOf: OfferOf,
  limits: { readonly budget: bigint; readonly feeBps: number },
): Fault[] {
  return budgetFaults(paid, offerOf, limits).map(fault => ({
    ...fault,
    path: ['otherwise', place],
    what: `with ${planned.id} ${fault.what}`,
  }))
}

/** Its chains fit the time, each after the longest way to its occasion. */
export function fallbackTimeFaults(
  { added, planned }: LaidFallback,
  place: number,
  main: LaidPlan,
  availableMs: number,
): Fault[] {
  const occasion = planned.failed ?? planned.after!
  const then = added.map(
    ({ node, ...rest }): Laid => ({ ...rest, node: { ...node, after: [...node.after, ...occasion] } }),
  )
  return timeFaults([...main.nodes, ...then], availableMs).map(fault => ({ ...fault, path: ['otherwise', place] }))
}
