import { EntenteError } from '../../../protocol/errors.ts'
import type { TalkMessage } from '../../../protocol/planning.ts'
import { oneLine } from './as-data.ts'
import { type Asking, askModel, type ModelEndpoint } from './ask-model.ts'
import type { Meter } from './meter.ts'
import { refusalOf } from './prompts.ts'

const cutOff = 'it was cut off: it must be shorter'

/** Whom to ask, how often, and for what. */
export interface Talk {
  readonly endpoint: ModelEndpoint
  /** Times that it is told what is wrong, and asked again. */
  readonly repairs: number
  readonly meter: Meter
  readonly form: Asking['form']
}

/**
 * Asks a model, says what is wrong with its answer, and asks again, as often as it may.
 * @param messages what it is told first; every word of the talk is added
 * @param read what an answer amounts to; an EntenteError is said to the model
 * @throws EntenteError GOAL_UNPLANNED, MODEL_FAILED, PLANNING_OVER_BUDGET
 */
export async function talkUntil<T>(
  { endpoint, repairs, meter, form }: Talk,
  messages: TalkMessage[],
  read: (answer: string) => T,
): Promise<T> {
  const against: string[] = []
  for (let round = 0; round <= repairs; round++) {
    const said = await askModel(endpoint, messages, { form, ...meter.allow(messages) })
    meter.count(messages, said)
    messages.push({ role: 'assistant', content: said.text })
    const made = said.isCutOff ? new EntenteError('PLAN_INVALID', cutOff) : attempt(() => read(said.text))
    if (!(made instanceof EntenteError)) return made
    // What it says that it cannot do it does not do better when it is asked again.
    if (made.code === 'GOAL_UNPLANNED') throw made
    against.push(`${made.code}: ${oneLine(made.message, 300)}`)
    messages.push(refusalOf(made.code, made.message))
  }
  const times = against.length === 1 ? 'its answer was' : `${against.length} answers were`
  throw new EntenteError('GOAL_UNPLANNED', `the model ${endpoint.model}: ${times} refused, the last: ${against.at(-1)}`)
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
