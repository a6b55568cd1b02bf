import { z } from 'zod'
import { contentHash, type Json } from '../../../protocol/canonical.ts'
import { EntenteError } from '../../../protocol/errors.ts'
import type { Plan } from '../../../protocol/plan.ts'
import type { PlanningRecord, TalkMessage } from '../../../protocol/planning.ts'
import { oneLine } from '../../flow/as-data.ts'
import { planFrom } from '../../flow/plan.ts'
import { type Asked, templateOfAnswer } from '../../flow/propose.ts'
import { askModel, type ModelEndpoint } from '../../model/ask-model.ts'
import { type Meter, type ModelLimits, openMeter } from '../../model/meter.ts'
import { modelName } from '../../model/model-name.ts'
import { attempt, talkUntil } from '../../model/talk.ts'
import { parseTemplate } from '../read-template.ts'
import { maxSteps, planForm, stepsForm } from './forms.ts'
import { type KeptRecords, keyOf } from './kept-records.ts'
import { ofPlans, planTalk, stepsTalk } from './prompts.ts'
import { showsAll, type Vocabulary } from './vocabulary.ts'
import { type GoalWanted, limitsOf } from './wanted.ts'

const LONGEST_STEP = 300

export interface Planner {
  readonly vocabulary: Vocabulary
  readonly endpoint: ModelEndpoint
  readonly limits: ModelLimits
  /** Times that a model is told what is wrong, and asked again. */
  readonly repairs: number
  readonly kept?: KeptRecords
}

/** A plan that passed every check that a template's would, and how it came about. */
export interface ModelPlan {
  readonly template: Json
  readonly plan: Plan
  readonly record: PlanningRecord
  /** Taken from what was kept, without a call. */
  readonly wasKept: boolean
}

/**
 * Plans a goal by a language model, of the skills in a vocabulary and no others. What it answers is only words until it has
 * passed `planFrom`, the very checks of a template.
 *
 * @throws EntenteError GOAL_UNPLANNED (no answer was a plan that holds), MODEL_FAILED, PLANNING_OVER_BUDGET, EMBEDDING_FAILED
 */
export async function planByModel(wanted: GoalWanted, planner: Planner): Promise<ModelPlan> {
  const { vocabulary, endpoint, kept } = planner
  const key = keyOf(wanted, vocabulary, endpoint)
  const before = kept?.get(key)
  const again = before && attempt(() => fromRecord(before, wanted, vocabulary))
  if (again && !(again instanceof EntenteError)) return { ...again, wasKept: true }

  const meter = openMeter(planner.limits, 'PLANNING_OVER_BUDGET')
  const talks: PlanningRecord['talks'] = []
  const steps = await stepsOf(wanted, planner, meter, talks)
  const offered = await vocabulary.find(steps)
  const asked = { goal: wanted.goal, offered, inputSchema: wanted.inputSchema }
  const made = await talkUntilPlan(wanted, asked, planner, meter)
  talks.push({ about: 'plan', messages: made.messages })
  const record: PlanningRecord = {
    format: 'entente.planning/1',
    goal: wanted.goal,
    ...(wanted.inputSchema ? { inputSchema: { ...wanted.inputSchema } } : {}),
    model: modelName(endpoint),
    vocabulary: vocabulary.hash,
    offered,
    talks,
    tokens: { ...meter.spent() },
    template: contentHash(made.template),
  }
  kept?.put(key, record)
  return { template: made.template, plan: made.plan, record, wasKept: false }
}

/** Steps by which skills are looked for: the model's, or the goal's own clauses where it gave none that can be used. */
async function stepsOf(
  { goal }: GoalWanted,
  { vocabulary, endpoint }: Planner,
  meter: Meter,
  talks: PlanningRecord['talks'],
): Promise<string[]> {
  if (showsAll(vocabulary)) return [goal]
  const messages = stepsTalk({ goal })
  const said = await askModel(endpoint, messages, { form: stepsForm, ...meter.allow(messages) })
  meter.count(messages, said)
  talks.push({ about: 'steps', messages: [...messages, { role: 'assistant', content: said.text }] })
  return [...(parseSteps(said.text) ?? clausesOf(goal)), goal]
}

const Steps = z.object({ steps: z.array(z.string().min(1)).min(1) })

function parseSteps(text: string): string[] | null {
  const parsed = attempt(() => Steps.safeParse(JSON.parse(text)).data)
  if (!parsed || parsed instanceof Error) return null
  return parsed.steps.slice(0, maxSteps).map(step => oneLine(step, LONGEST_STEP))
}

export function clausesOf(goal: string): string[] {
  const clauses = goal.split(/[.!?;。！？；\n]+|,?\s+then\s+|，?然后/u).map(clause => clause.trim())
  return clauses.filter(clause => clause !== '').slice(0, maxSteps)
}

interface Made {
  readonly template: Json
  readonly plan: Plan
}

/** Asks until what is answered is a plan. */
async function talkUntilPlan(wanted: GoalWanted, asked: Asked, planner: Planner, meter: Meter) {
  const { vocabulary, endpoint, repairs } = planner
  const means = { budget: wanted.budget ?? null, availableMs: wanted.availableMs ?? null }
  const messages: TalkMessage[] = planTalk(asked, vocabulary, means)
  const talk = { endpoint, repairs, meter, form: planForm(asked.offered), ...ofPlans }
  const made = await talkUntil(talk, messages, answer => planOfAnswer(answer, asked, wanted, vocabulary))
  return { ...made, messages }
}

function planOfAnswer(answer: string, asked: Asked, wanted: GoalWanted, { offerOf }: Vocabulary): Made {
  const template = templateOfAnswer(answer, asked)
  return { template, plan: planFrom(parseTemplate(template), contentHash(template), offerOf, limitsOf(wanted)) }
}

/** What was kept is worth no more than an answer: it is read and checked again, against what is on offer now. */
function fromRecord(
  record: PlanningRecord,
  wanted: GoalWanted,
  vocabulary: Vocabulary,
): Made & { record: PlanningRecord } {
  const answer = record.talks.at(-1)!.messages.findLast(({ role }) => role === 'assistant')!
  const asked = { goal: wanted.goal, offered: record.offered, inputSchema: wanted.inputSchema }
  return { ...planOfAnswer(answer.content, asked, wanted, vocabulary), record }
}
