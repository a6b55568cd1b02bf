import { z } from 'zod'
import { keepsFacts, namesOf } from './keeps-facts.ts'
import { type Language, languages, type NoticeInput, type Wording } from './notice.ts'

/** A model behind any endpoint that speaks OpenAI's protocol. */
export interface ModelEndpoint {
  readonly model: string
  /** Null for a server that asks for none. */
  readonly apiKey: string | null
  /** Null for OpenAI's own. */
  readonly baseUrl: string | null
  readonly timeoutMs: number
}

export interface Reworded {
  readonly wordings: Record<Language, Wording>
  /** Why the template's words were kept, where they were. */
  readonly kept: string[]
}

const Text = z.object({ headline: z.string().min(1), text: z.string().min(1) })
const Answer = z.object({ en: Text, zh: Text })
type Answer = z.infer<typeof Answer>

const task = `You edit public safety notices. Reword the headline and the text of each notice so that anybody understands \
them at the first reading: short plain sentences, calm, no jargon. The notice under "en" stays English, that under "zh" \
stays Chinese. Keep every fact: every number, time, date, position, unit and name exactly as written, in the same order, \
and add none. If a notice says that it is an exercise, the headline and the text must still say so.`

/**
 * Lets a model word headline and text anew. In each language the template's words stay when the model fails, answers
 * badly, or loses a fact: a notice goes out in any case.
 */
export async function reword(
  templates: Record<Language, Wording>,
  input: NoticeInput,
  endpoint: ModelEndpoint,
  signal: AbortSignal,
): Promise<Reworded> {
  let answer: Answer
  try {
    answer = await ask(templates, endpoint, signal)
  } catch (error) {
    if (signal.aborted) throw error
    return { wordings: templates, kept: [`The model gave no usable answer: ${firstLine(error)}`] }
  }
  const wordings = { ...templates }
  const kept: string[] = []
  for (const language of languages) {
    const template = templates[language]
    const loss = lossIn(template, answer[language], input, language)
    if (loss === null) wordings[language] = { ...template, ...answer[language], wordedBy: endpoint.model }
    else kept.push(`The model's wording (${language}) was not used: ${loss}`)
  }
  return { wordings, kept }
}

function lossIn(template: Wording, answer: Answer[Language], input: NoticeInput, language: Language): string | null {
  const names = namesOf(input, language)
  return (
    keepsFacts(template.headline, answer.headline, names, language) ??
    keepsFacts(template.text, answer.text, names, language)
  )
}

/** LangChain takes 0.6 to 2 s to import: only a department with a model pays for it. */
async function ask(
  templates: Record<Language, Wording>,
  { model, apiKey, baseUrl, timeoutMs }: ModelEndpoint,
  signal: AbortSignal,
): Promise<Answer> {
  const { ChatOpenAI } = await import('@langchain/openai')
  const chat = new ChatOpenAI({
    model,
    // The client insists on a key even where the server does not.
    apiKey: apiKey ?? 'none',
    timeout: timeoutMs,
    maxRetries: 1,
    ...(baseUrl === null ? {} : { configuration: { baseURL: baseUrl } }),
  })
  const pick = ({ headline, text }: Wording) => ({ headline, text })
  const notices = { en: pick(templates.en), zh: pick(templates.zh) }
  const answer = await chat.withStructuredOutput(Answer, { name: 'notices', method: 'jsonSchema' }).invoke(
    [
      ['system', task],
      ['human', JSON.stringify(notices)],
    ],
    { signal },
  )
  return Answer.parse(answer)
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? ''
}
