import type { Choice } from '../../protocol/assignment.ts'
import type { TaskEvent, TaskEventOf } from '../../protocol/events.ts'
import type { GoldAnswers } from '../../protocol/gold.ts'
import type { Subtask } from '../../protocol/plan.ts'
import type { OpenedGold, SubtaskProgress } from './progress.ts'
import { silentIn } from './silent.ts'
import type { Task } from './state.ts'

/** So long after the last who is silent was given up the answer must be told. */
export const toldWithinMs = 30_000

/** The open attempt asks what is known. */
export function isGold({ assigned, phase }: SubtaskProgress): boolean {
  const isOpen = phase === 'executing' || phase === 'revealing'
  return isOpen && assigned?.gold !== undefined && !assigned.gold.missing
}

/** All have answered a gold question who will: its answer may be told. */
export function isAnswered(progress: SubtaskProgress): boolean {
  const { phase, assigned, commitments } = progress
  if (!isGold(progress) || silentIn(progress).length > 0) return false
  return phase === 'revealing' || assigned!.answer === 'result' || commitments.size === 0
}

/** Who has committed to an answer of a gold question reveals as others do. */
export function revealGold(subtask: Subtask, progress: SubtaskProgress, atMs: number): TaskEvent | null {
  const { phase, assigned, commitments, attempts: attempt } = progress
  if (phase !== 'executing' || assigned!.answer !== 'commit' || commitments.size === 0) return null
  if (silentIn(progress).length > 0) return null
  return { type: 'RevealOpened', atMs, subtaskId: subtask.id, attempt, deadlineMs: atMs + subtask.deadlineMs }
}

export function openedGold(
  { assigned, results }: SubtaskProgress,
  { question, wrong }: TaskEventOf<'GoldOpened'>,
): OpenedGold {
  const { attempt, skill, chosen } = assigned!
  const answers = [...results].map(
    ([agentId, { outputHash }]) => [agentId, wrong.includes(agentId) ? outputHash : null] as const,
  )
  return { attempt, skill, chosen, told: question !== null, answers: Object.fromEntries(answers) }
}

/** Who is paid for gold: all who answered it, but for those who were wrong. */
export function paidForGold({ gold }: SubtaskProgress): Choice[] {
  return gold.opened.flatMap(({ chosen, answers }) => chosen.filter(({ agentId }) => answers[agentId] === null))
}

/** What gold says of agents in a settled task, for weighing their voices in others. A domain's gold says nothing of its own agents. */
export function goldAnswersOf(task: Task): (GoldAnswers & { readonly skill: string })[] {
  const { taskId, subtasks } = task
  const by = task.submitted!.requester.domainId
  return [...subtasks.values()].flatMap(({ id: subtaskId, gold }) =>
    gold.opened.flatMap(({ told, attempt, skill, chosen, answers }) => {
      const others = chosen.filter(({ agentId, domainId }) => agentId in answers && domainId !== by)
      const said = Object.fromEntries(others.map(({ agentId }) => [agentId, answers[agentId]!]))
      return told && others.length > 0 ? [{ taskId, subtaskId, attempt, skill, answers: said }] : []
    }),
  )
}
