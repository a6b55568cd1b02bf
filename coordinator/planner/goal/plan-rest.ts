import type { Schema } from '../../../protocol/parameters.ts'
import type { ReplanningRecord, TalkMessage } from '../../../protocol/planning.ts'
import { checkRest } from '../../flow/replan/check-rest.ts'
import { restOfAnswer } from '../../flow/replan/propose-rest.ts'
import type { Rest } from '../../flow/replan/replace.ts'
import type { Task } from '../../flow/state.ts'
import { openMeter } from '../../model/meter.ts'
import { modelName } from '../../model/model-name.ts'
import { talkUntil } from '../../model/talk.ts'
import { restForm } from './forms.ts'
import type { Planner } from './plan-by-model.ts'
import { ofPlans } from './prompts.ts'
import { restTalk } from './rest-prompts.ts'

/**
 * Asks a model for another rest of a task's plan. It is told what is done, what failed and why, and what is on offer; never what the
 * task's input, or any output, holds. What it answers has passed the checks of any plan.
 *
 * @param inputSchema of the task's template
 * @throws EntenteError GOAL_UNPLANNED, MODEL_FAILED, PLANNING_OVER_BUDGET
 */
export async function planRest(
  task: Task,
  inputSchema: Schema | undefined,
  { vocabulary, endpoint, limits, repairs }: Planner,
): Promise<{ rest: Rest; record: ReplanningRecord }> {
  const { goal } = task.submitted!.spec
  const titles = task.plan!.subtasks.map(({ title, id }) => title || id)
  const offered = await vocabulary.find([goal, ...titles.slice(0, 12)])
  const messages: TalkMessage[] = restTalk(task, { inputSchema, offered, vocabulary, atMs: Date.now() })
  const meter = openMeter(limits, 'PLANNING_OVER_BUDGET')
  const rest = await talkUntil({ endpoint, repairs, meter, form: restForm(offered), ...ofPlans }, messages, answer => {
    const made = restOfAnswer(task.plan!, answer, { offered })
    checkRest(task, made, { offerOf: vocabulary.offerOf, inputSchema, atMs: Date.now() })
    return made
  })
  const record: ReplanningRecord = {
    format: 'entente.replanning/1',
    goal,
    planHash: task.replanning.planHash!,
    model: modelName(endpoint),
    vocabulary: vocabulary.hash,
    offered,
    tokens: { ...meter.spent() },
    talks: [{ about: 'rest', messages }],
  }
  return { rest, record }
}
