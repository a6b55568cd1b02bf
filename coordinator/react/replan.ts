import { canonicalJson } from '../../protocol/canonical.ts'
import { cutText } from '../../protocol/cut-text.ts'
import { EntenteError, type ErrorCode } from '../../protocol/errors.ts'
import type { TaskEventOf } from '../../protocol/events.ts'
import { putArtifact } from '../../stack/artifacts.ts'
import type { Task } from '../flow/state.ts'
import { defaultLimits } from '../model/meter.ts'
import { planRest } from '../planner/goal/plan-rest.ts'
import { createVocabulary } from '../planner/goal/vocabulary.ts'
import { offerIn, skillsIn } from '../planner/offered.ts'
import { readTemplate } from '../planner/read-template.ts'
import type { World } from './context.ts'

/** What is a model's own fault, or that of what it was asked: to ask again at once would not help. */
const modelsOwn: ReadonlySet<ErrorCode> = new Set(['GOAL_UNPLANNED', 'MODEL_FAILED', 'PLANNING_OVER_BUDGET'])
const repairs = 2

/** Asks the model for another rest of the plan; where there is none, or none comes of it, the task fails as it would have. */
export async function replan(world: World, task: Task, { planHash }: TaskEventOf<'ReplanSought'>): Promise<void> {
  const { handle, nc, model } = world
  const { taskId } = task
  const isSought = (each: Task) => each.replanning.sought?.planHash === planHash
  const refuse = (reason: string) =>
    handle(taskId, () => ({
      type: 'refuseReplan',
      atMs: Date.now(),
      planHash,
      reason: cutText(reason, 2_000),
    }))
  const { task: now } = await world.tasks.read(taskId)
  if (!isSought(now)) return
  if (!model) return void (await refuse('no model is configured'))
  const directory = world.directory.current()
  try {
    const vocabulary = await createVocabulary(skillsIn(directory), offerIn(directory), null)
    const { inputSchema } = await readTemplate(nc, now.submitted!.spec.template)
    const { rest, record } = await planRest(now, inputSchema, {
      vocabulary,
      endpoint: model,
      limits: defaultLimits,
      repairs,
    })
    const planning = await putArtifact(nc, Buffer.from(canonicalJson(record)))
    const after = await handle(taskId, () => ({ type: 'replan', atMs: Date.now(), planHash, rest, planning }))
    if (isSought(after)) await refuse('the answer does not fit what has become of the task meanwhile')
  } catch (error) {
    // Another coordinator takes it up.
    if (model.stop?.aborted) throw error
    if (!(error instanceof EntenteError) || (error.retry && !modelsOwn.has(error.code))) throw error
    await refuse(`${error.code}: ${error.message}`)
  }
}
