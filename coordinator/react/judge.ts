import { canonicalJson } from '../../protocol/canonical.ts'
import { cutText } from '../../protocol/cut-text.ts'
import { EntenteError, type ErrorCode } from '../../protocol/errors.ts'
import type { TaskEventOf } from '../../protocol/events.ts'
import { putArtifact } from '../../stack/artifacts.ts'
import { findSubtask } from '../flow/compensate.ts'
import { leftToJudge } from '../flow/judge/question.ts'
import type { Task } from '../flow/state.ts'
import { askJudge } from '../judge/ask-judge.ts'
import type { World } from './context.ts'

/** What is a model's own fault, or that of what it was asked: to ask again at once would not help. */
const modelsOwn: ReadonlySet<ErrorCode> = new Set(['JUDGEMENT_UNCLEAR', 'JUDGING_OVER_BUDGET', 'MODEL_FAILED'])

/** Asks the model which of the answers stands; where there is none, or it gives no answer of use, the judge is given up. */
export async function judge(world: World, task: Task, event: TaskEventOf<'JudgeAsked'>): Promise<void> {
  const { handle, nc, model } = world
  const { taskId } = task
  const { subtaskId, attempt, deadlineMs } = event
  const isAwaited = (each: Task) => {
    const progress = each.subtasks.get(subtaskId)
    return progress?.phase === 'judging' && progress.attempts === attempt
  }
  const giveUp = (reason: string) =>
    handle(taskId, () => ({
      type: 'giveUpJudge',
      atMs: Date.now(),
      subtaskId,
      attempt,
      reason: cutText(reason, 2_000),
    }))
  const { task: now } = await world.tasks.read(taskId)
  if (!isAwaited(now)) return
  if (!model) return void (await giveUp(textOf(new EntenteError('MODEL_UNSET', 'no model is configured'))))
  try {
    const { question } = leftToJudge(findSubtask(now.plan, subtaskId)!, now.subtasks.get(subtaskId)!)!
    const record = await askJudge(question, model, deadlineMs - Date.now())
    await putArtifact(nc, Buffer.from(canonicalJson(record)))
    const after = await handle(taskId, () => ({ type: 'answerJudge', atMs: Date.now(), subtaskId, attempt, record }))
    if (isAwaited(after)) await giveUp('its answer cannot be used')
  } catch (error) {
    // Another coordinator takes it up.
    if (model.stop?.aborted) throw error
    if (!(error instanceof EntenteError) || (error.retry && !modelsOwn.has(error.code))) throw error
    await giveUp(textOf(error))
  }
}

function textOf({ code, message }: EntenteError): string {
  return `${code}: ${message}`
}
