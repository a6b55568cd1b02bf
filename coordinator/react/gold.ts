import type { TaskEventOf } from '../../protocol/events.ts'
import { GoldQuestion, goldHash } from '../../protocol/gold.ts'
import type { Hex } from '../../protocol/hash.ts'
import { getArtifact } from '../../stack/artifacts.ts'
import { parseJson } from '../../stack/parse-json.ts'
import { isAnswered } from '../flow/gold-attempt.ts'
import { chosenOf } from '../flow/grow.ts'
import type { Task } from '../flow/state.ts'
import type { World } from './context.ts'

/** The text of a question that a template names by its hash; null where nobody has put it there. */
export async function readQuestion({ nc, log }: Pick<World, 'nc' | 'log'>, hash: Hex): Promise<GoldQuestion | null> {
  try {
    const question = parseJson(GoldQuestion, await getArtifact(nc, hash))
    return question && goldHash(question) === hash ? question : null
  } catch (error) {
    log.warn({ err: error, question: hash }, 'a gold question is not at hand, and is not asked')
    return null
  }
}

/** Tells the answer, once all who were asked have given theirs. */
export async function tellGold(world: World, task: Task, { subtaskId }: { readonly subtaskId: string }): Promise<void> {
  const progress = task.subtasks.get(subtaskId)!
  if (!isAnswered(progress)) return
  const { attempt, gold } = progress.assigned!
  const question = await readQuestion(world, gold!.question)
  if (!question) return
  await world.handle(task.taskId, () => ({ type: 'openGold', atMs: Date.now(), subtaskId, attempt, question }))
}

/** What settled tasks tell of all who are asked the same, as it is written down with a choice. */
export function learnedOf(
  { goldRecords }: Pick<World, 'goldRecords'>,
  task: Task,
  { subtaskId, skill, chosen }: Pick<TaskEventOf<'SubtaskAssigned'>, 'subtaskId' | 'skill' | 'chosen'>,
) {
  const progress = task.subtasks.get(subtaskId)
  const before = progress?.phase === 'growing' ? chosenOf(progress) : []
  const learned = goldRecords.of(
    skill,
    [...before, ...chosen].map(({ agentId }) => agentId),
  )
  return learned.length > 0 ? { learned } : {}
}
