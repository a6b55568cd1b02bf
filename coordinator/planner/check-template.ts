import { contentHash } from '../../protocol/canonical.ts'
import type { Hex } from '../../protocol/hash.ts'
import { fallbackBudgetFaults, fallbackOfferFaults, fallbackTimeFaults } from '../flow/check/fallback-faults.ts'
import { layInFallbacks } from '../flow/check/fallbacks.ts'
import type { Fault } from '../flow/check/fault.ts'
import { judgeFaults } from '../flow/check/judge.ts'
import type { Library } from '../flow/check/laid.ts'
import { layIn } from '../flow/check/lay-in.ts'
import { budgetFaults, timeFaults } from '../flow/check/limits.ts'
import type { OfferOf } from '../flow/check/offer.ts'
import { sealFaults } from '../flow/check/sealed.ts'
import { offerFaults, schemaFitFaults } from '../flow/check/skills.ts'
import type { TemplateFile } from './template-file.ts'

/** What a template is checked against; what is not given is not checked. */
export interface CheckAgainst {
  readonly library?: Library
  readonly offerOf?: OfferOf
  readonly budget?: bigint
  readonly feeBps?: number
  readonly availableMs?: number
}

/** All that is wrong with a template, as far as it can be known before a task. */
export function checkTemplate(
  { template, faults }: Pick<TemplateFile, 'template' | 'faults'>,
  against: CheckAgainst,
): readonly Fault[] {
  if (!template) return faults
  const { library = new Map(), offerOf, budget, feeBps = 0, availableMs } = against
  const laid = layIn(template, library)
  if (laid.faults.length > 0) return laid.faults
  const { fallbacks, faults: unfit } = layInFallbacks(template, laid, library)
  if (unfit.length > 0) return unfit
  return [
    ...(offerOf ? [...offerFaults(laid.nodes, offerOf), ...schemaFitFaults(template, laid, offerOf)] : []),
    ...sealFaults(template, laid, offerOf ?? null),
    ...(offerOf ? judgeFaults(laid.nodes, offerOf) : []),
    ...(offerOf && budget !== undefined ? budgetFaults(laid.nodes, offerOf, { budget, feeBps }) : []),
    ...(availableMs === undefined ? [] : timeFaults(laid.nodes, availableMs)),
    ...fallbacks.flatMap((fallback, place) => [
      ...(offerOf ? fallbackOfferFaults(fallback, offerOf) : []),
      ...(offerOf && budget !== undefined ? fallbackBudgetFaults(fallback, place, offerOf, { budget, feeBps }) : []),
      ...(availableMs === undefined ? [] : fallbackTimeFaults(fallback, place, laid, availableMs)),
    ]),
  ]
}

/** Templates by what a node may call them: `name@version`, and their hash. */
export function libraryOf(files: readonly TemplateFile[]): Library {
  return new Map(
    files.flatMap(({ template, value }): [string, { template: NonNullable<typeof template>; hash: Hex }][] => {
      if (!template) return []
      const entry = { template, hash: contentHash(value) }
      return [
        [entry.hash, entry],
        [`${template.name}@${template.version}`, entry],
      ]
    }),
  )
}
