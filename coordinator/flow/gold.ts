import { contentHash } from '../../protocol/canonical.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import { type GoldQuestion, goldHash } from '../../protocol/gold.ts'
import { type Hex, keccak256 } from '../../protocol/hash.ts'
import type { Subtask } from '../../protocol/plan.ts'
import { wrongByGold } from './agree/gold-faults.ts'
import { isAnswered } from './gold-attempt.ts'
import { isEnded, type Task } from './state.ts'

/**
 * The gold question that the next attempt at a subtask is to ask instead, or null. Each attempt is gold with the same chance,
 * by the seed that nobody who shaped the task knew, so that no agent can tell from what it is sent, or after what, whether it is
 * asked for what is known. A question is asked once in a task.
 */
export function goldDue(task: Task, { id, skill, gold: most = 0 }: Subtask): Hex | null {
  const { plan, seed } = task
  const progress = task.subtasks.get(id)
  if (!plan?.gold || !seed || most === 0 || !progress || progress.phase === 'growing' || isEnded(task)) return null
  if (progress.gold.asked.length >= most) return null
  const lot = (purpose: string) => draw(`${seed}/${task.taskId}/${id}/${progress.attempts + 1}/${purpose}`)
  if (lot('gold') >= plan.gold.rate) return null
  const asked = new Set([...task.subtasks.values()].flatMap(each => each.gold.asked))
  const left = (plan.gold.questions[skill] ?? []).filter(question => !asked.has(question))
  return left[Math.floor(lot('question') * left.length)] ?? null
}

/** From 0 to below 1: the first 48 bits of a hash. */
function draw(seed: string): number {
  return Number.parseInt(keccak256(Buffer.from(seed)).slice(2, 14), 16) / 2 ** 48
}

export interface OpenGold {
  readonly subtaskId: string
  readonly attempt: number
  readonly question: GoldQuestion
}

/** The known answer is told once all have answered: only that of the question which the template names by its hash. */
export function openGold(task: Task, { subtaskId, attempt, question, atMs }: OpenGold & { atMs: number }): TaskEvent[] {
  const progress = task.subtasks.get(subtaskId)
  if (!progress || progress.attempts !== attempt || !isAnswered(progress) || isEnded(task)) return []
  const { gold, inputHash, outputSchema } = progress.assigned!
  if (goldHash(question) !== gold!.question || contentHash(question.input) !== inputHash) return []
  const replicas = [...progress.results].map(([agentId, { output }]) => ({ agentId, output }))
  const wrong = wrongByGold(replicas, outputSchema, question.answer)
  return [{ type: 'GoldOpened', atMs, subtaskId, attempt, question, wrong }]
}
