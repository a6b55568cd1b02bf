import type { AIMessageChunk } from '@langchain/core/messages'
import { EntenteError } from '../../protocol/errors.ts'
import type { TalkMessage } from '../../protocol/planning.ts'
import { oneLine } from '../flow/as-data.ts'

/** A model behind any endpoint that speaks OpenAI's protocol. */
export interface ModelEndpoint {
  readonly model: string
  /** Null for a server that asks for none. */
  readonly apiKey: string | null
  /** Null for OpenAI's own. */
  readonly baseUrl: string | null
  /** Ends a call that is under way, when whoever asks has to go. */
  readonly stop?: AbortSignal
}

export interface Tokens {
  readonly input: number
  readonly output: number
}

export interface Said {
  readonly text: string
  /** At the most that it may say. */
  readonly isCutOff: boolean
  /** As the endpoint counts; null where it does not. */
  readonly tokens: Tokens | null
}

export interface Asking {
  readonly form: { readonly name: string; readonly schema: object }
  readonly maxTokens: number
  readonly timeoutMs: number
  /** Left to the endpoint where it is not said: not every model takes one. */
  readonly temperature?: number
}

/** Characters that are taken of an answer, whatever the endpoint was told of its length. */
const LONGEST_TEXT = 200_000

/**
 * One call. The form is asked for as JSON Schema; whether the endpoint keeps to it is for the caller to see. The answer is read
 * as it comes: LangChain would keep one to itself that is not JSON.
 *
 * LangChain takes 0.6 to 2 s to import: only who has a model pays for it.
 * @throws EntenteError MODEL_FAILED
 */
export async function askModel(
  endpoint: ModelEndpoint,
  messages: readonly TalkMessage[],
  asking: Asking,
): Promise<Said> {
  const { ChatOpenAI } = await import('@langchain/openai')
  const { model, apiKey, baseUrl } = endpoint
  const { form, maxTokens, timeoutMs, temperature } = asking
  const chat = new ChatOpenAI({
    model,
    // The client insists on a key even where the server does not.
    apiKey: apiKey ?? 'none',
    maxTokens,
    maxRetries: 0,
    ...(temperature === undefined ? {} : { temperature }),
    ...(baseUrl === null ? {} : { configuration: { baseURL: baseUrl } }),
  })
  // Not strict: that knows no field that may be left out, and templates are made of them.
  const json_schema = { name: form.name, schema: { ...form.schema }, strict: false }
  const timeout = AbortSignal.timeout(timeoutMs)
  const signal = endpoint.stop ? AbortSignal.any([timeout, endpoint.stop]) : timeout
  try {
    const said = messages.map(({ role, content }) => ({ role, content }))
    const answer = await chat.stream(said, { response_format: { type: 'json_schema', json_schema }, signal })
    return await gather(answer)
  } catch (cause) {
    const why = timeout.aborted ? `none in ${timeoutMs} ms` : firstLine(cause)
    throw new EntenteError('MODEL_FAILED', `the model ${model} gave no answer: ${why}`, { cause })
  }
}

async function gather(answer: AsyncIterable<AIMessageChunk>): Promise<Said> {
  let text = ''
  let isCutOff = false
  let tokens: Tokens | null = null
  for await (const chunk of answer) {
    text += chunk.text
    if (text.length > LONGEST_TEXT) return { text: text.slice(0, LONGEST_TEXT), isCutOff: true, tokens }
    isCutOff ||= chunk.response_metadata.finish_reason === 'length'
    const usage = chunk.usage_metadata as { input_tokens: number; output_tokens: number } | undefined
    if (usage) tokens = { input: usage.input_tokens, output: usage.output_tokens }
  }
  return { text, isCutOff, tokens }
}

function firstLine(error: unknown): string {
  return oneLine((error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '', 300)
}
