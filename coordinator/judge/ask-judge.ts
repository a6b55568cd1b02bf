import type { JudgingRecord } from '../../protocol/judging.ts'
import type { TalkMessage } from '../../protocol/planning.ts'
import { askedAgain, choiceIn, inBothOrders, judgeTalk, noneStands } from '../flow/judge/judge-talk.ts'
import type { JudgeQuestion } from '../flow/judge/question.ts'
import type { ModelEndpoint } from '../model/ask-model.ts'
import { defaultLimits, openMeter } from '../model/meter.ts'
import { talkUntil } from '../model/talk.ts'

const repairs = 1

/**
 * Asks a model which of the answers stands: in the order of their hashes, then in the reverse, each in a talk of its own.
 * @param timeMs for both together
 * @throws EntenteError JUDGEMENT_UNCLEAR, JUDGING_OVER_BUDGET, MODEL_FAILED
 */
export async function askJudge(
  question: JudgeQuestion,
  endpoint: ModelEndpoint,
  timeMs: number,
): Promise<JudgingRecord> {
  const meter = openMeter({ ...defaultLimits, timeMs: Math.min(timeMs, defaultLimits.timeMs) }, 'JUDGING_OVER_BUDGET')
  const talk = {
    ...{ endpoint, repairs, meter, temperature: 0, form: formFor(question) },
    ...{ refusal: () => askedAgain, unusable: 'JUDGEMENT_UNCLEAR' as const },
  }
  const talks: { messages: TalkMessage[] }[] = []
  for (const answers of inBothOrders(question)) {
    const messages = judgeTalk(question, answers)
    await talkUntil(talk, messages, said => choiceIn(said, answers))
    talks.push({ messages })
  }
  return { format: 'entente.judging/1', model: endpoint.model, tokens: { ...meter.spent() }, talks }
}

function formFor({ answers }: JudgeQuestion) {
  const choices = [...answers.map((_, place) => `${place + 1}`), noneStands]
  return {
    name: 'judgement',
    schema: {
      type: 'object',
      properties: { choice: { type: 'string', enum: choices }, reasons: { type: 'string' } },
      required: ['choice', 'reasons'],
      additionalProperties: false,
    },
  }
}
