import type { PlanningRecord } from '../../protocol/planning.ts'
import type { ModelEndpoint } from './ask-model.ts'

/** Who was asked, as a record says it: without what an address may hold of secrets. */
export function modelName({ model, baseUrl }: ModelEndpoint): PlanningRecord['model'] {
  if (baseUrl === null) return { name: model, endpoint: null }
  const { origin, pathname } = new URL(baseUrl)
  return { name: model, endpoint: `${origin}${pathname}` }
}
