import { type Config, readConfig } from '../../stack/config.ts'
import { type AgentDefinition, agent, skill } from '../sdk/define.ts'
import { Notice, NoticeInput } from './notice.ts'
import { publishNotice } from './publish-notice.ts'
import type { ModelEndpoint } from './reword.ts'

/** With one more try, half of the minute that the plan gives: a slow model must not cost the notice. */
const modelTimeoutMs = 15_000

/** @param model words the notice anew; null leaves it to the templates */
export function publicInformation(model: ModelEndpoint | null): AgentDefinition {
  return agent({
    name: 'public-information',
    description: 'Tells the public what threatens it and what to do, in English and Chinese, and as a CAP 1.2 alert.',
    skills: [
      skill({
        name: 'publish-notice',
        version: '1.0.0',
        description: 'Words the notice of a response in two languages and writes it as a CAP alert.',
        input: NoticeInput,
        output: Notice,
        price: 20_000_000n,
        run: (input, ctx) => publishNotice(input, ctx, model),
      }),
    ],
  })
}

/** The model that the configuration names; without a name there is none, for any default would be a guess. */
export function modelOf({ OPENAI_MODEL, OPENAI_API_KEY, OPENAI_BASE_URL }: Config): ModelEndpoint | null {
  if (!OPENAI_MODEL || (!OPENAI_API_KEY && !OPENAI_BASE_URL)) return null
  return {
    model: OPENAI_MODEL,
    apiKey: OPENAI_API_KEY ?? null,
    baseUrl: OPENAI_BASE_URL ?? null,
    timeoutMs: modelTimeoutMs,
  }
}

export default publicInformation(modelOf(readConfig(process.env)))
