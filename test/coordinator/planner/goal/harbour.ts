import { readFileSync } from 'node:fs'
import type { Offer } from '../../../../coordinator/flow/check/offer.ts'
import { defaultLimits } from '../../../../coordinator/model/meter.ts'
import type { Planner } from '../../../../coordinator/planner/goal/plan-by-model.ts'
import { createVocabulary, type OfferedSkill } from '../../../../coordinator/planner/goal/vocabulary.ts'
import { skillReference } from '../../../../registry/match.ts'

const schemaOf = (fields: object) => ({
  type: 'object',
  properties: fields as OfferedSkill['inputSchema'],
  required: Object.keys(fields),
  additionalProperties: false,
})

export const skillOf = (name: string, description: string, input: object, output: object): OfferedSkill => ({
  name,
  version: '1.0.0',
  description,
  inputSchema: schemaOf(input),
  outputSchema: schemaOf(output),
  price: '1000000',
  provider: { name: 'Harbour', description: 'The harbour and its water' },
})

const levels = { type: 'array', items: { type: 'number' } }

export const tide = skillOf(
  'predict-tide',
  'Predicts how high the water stands in the next hours.',
  { station: { type: 'string' }, hours: { type: 'integer' } },
  { levels },
)
export const warning = skillOf(
  'word-warning',
  'Words a warning of high water for the harbour.',
  { levels, above: { type: 'number' } },
  { text: { type: 'string' } },
)

/** A planner over these skills, each offered in two domains, that asks a model at this address. */
export async function plannerOf(skills: readonly OfferedSkill[], baseUrl: string, more: Partial<Planner> = {}) {
  const offers = Map.groupBy(skills, skillReference)
  const offerOf = (reference: string): Offer => {
    const found = offers.get(reference) ?? []
    return {
      domains: found.length > 0 ? 2 : 0,
      highestPrice: 1_000_000n,
      nearest: [],
      inputSchemas: found.map(({ inputSchema }) => inputSchema),
      outputSchemas: found.map(({ outputSchema }) => outputSchema),
    }
  }
  const planner: Planner = {
    vocabulary: await createVocabulary(skills, offerOf, null),
    endpoint: { model: 'recorded', apiKey: null, baseUrl },
    limits: defaultLimits,
    repairs: 2,
    ...more,
  }
  return planner
}

/** What a model answered, one after the other. */
export function recorded(name: string): string[] {
  return JSON.parse(readFileSync(new URL(`answers/${name}.json`, import.meta.url), 'utf8'))
}
