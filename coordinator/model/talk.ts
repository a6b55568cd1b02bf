import { EntenteError, type ErrorCode } from '../../protocol/errors.ts'
import type { TalkMessage } from '../../protocol/planning.ts'
import { oneLine } from '../flow/as-data.ts'
import { type Asking, askModel, type ModelEndpoint } from './ask-model.ts'
import type { Meter } from './meter.ts'

const cutOff = 'it was cut off: it must be shorter'

/** Whom to ask, how often, and for what. */
export interface Talk {
  readonly endpoint: ModelEndpoint
  /** Times that it is told what is wrong, and asked again. */
  readonly repairs: number
  readonly meter: Meter
  readonly form: Asking['form']
  readonly temperature?: number
  /** How it is told that an answer was not taken. */
  readonly refusal: (code: string, reason: string) => TalkMessage
  /** What it comes to when no answer can be used, or the model says that it cannot. */
  readonly unusable: ErrorCode
}

/**
 * Asks a model, says what is wrong with its answer, and asks again, as often as it may.
 * @param messages what it is told first; every word of the talk is added
 * @param read what an answer amounts to; an EntenteError is said to the model
 * @throws EntenteError `unusable`, MODEL_FAILED, what the meter says
 */
export async function talkUntil<T>(
  { endpoint, repairs, meter, form, temperature, refusal, unusable }: Talk,
  messages: TalkMessage[],
  read: (answer: string) => T,
): Promise<T> {
  const against: string[] = []
  for (let round = 0; round <= repairs; round++) {
    const asking = { form, ...(temperature === undefined ? {} : { temperature }), ...meter.allow(messages) }
    const said = await askModel(endpoint, messages, asking)
    meter.count(messages, said)
    messages.push({ role: 'assistant', content: said.text })
    const made = said.isCutOff ? new EntenteError('PLAN_INVALID', cutOff) : attempt(() => read(said.text))
    if (!(made instanceof EntenteError)) return made
    // What it says that it cannot do it does not do better when it is asked again.
    if (made.code === unusable) throw made
    against.push(`${made.code}: ${oneLine(made.message, 300)}`)
    messages.push(refusal(made.code, made.message))
  }
  const times = against.length === 1 ? 'its answer was' : `${against.length} answers were`
  throw new EntenteError(unusable, `the model ${endpoint.model}: ${times} refused, the last: ${against.at(-1)}`)
}

/** What went wrong as a value, where it is of the catalogue; JSON that is none is too. */
export function attempt<T>(act: () => T): T | EntenteError {
  try {
    return act()
  } catch (error) {
    if (error instanceof EntenteError) return error
    if (error instanceof SyntaxError) return new EntenteError('PLAN_INVALID', error.message, { cause: error })
    throw error
  }
}
