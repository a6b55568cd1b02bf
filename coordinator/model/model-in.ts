import type { Config } from '../../stack/config.ts'
import type { ModelEndpoint } from './ask-model.ts'

/** The language model that the environment names, or null. */
export function modelIn({
  OPENAI_MODEL,
  OPENAI_API_KEY,
  OPENAI_BASE_URL,
}: Pick<Config, 'OPENAI_MODEL' | 'OPENAI_API_KEY' | 'OPENAI_BASE_URL'>): ModelEndpoint | null {
  if (OPENAI_MODEL === undefined) return null
  return { model: OPENAI_MODEL, apiKey: OPENAI_API_KEY ?? null, baseUrl: OPENAI_BASE_URL ?? null }
}
