import { type ChoiceExplained, explainChoices } from '../evidence/explain-choices.ts'
import { EntenteError } from '../protocol/errors.ts'
import { candidateLine, choiceLines } from './choice-lines.ts'
import { readTask } from './read-task.ts'

/**
 * `entente explain <source> <subtask>`: of each attempt who was chosen of whom and why, from the task's log alone. The rule is
 * run again on what the log has of the candidates, and it is said whether it comes to the same.
 * @throws EntenteError COMMAND_INVALID, BUNDLE_INVALID, TASK_NOT_FOUND
 */
export async function explainSubtask(source: string, subtaskId: string, { json }: { readonly json?: boolean }) {
  const { taskId, events } = await readTask(source)
  const choices = explainChoices(taskId, events)
  const attempts = choices.filter(choice => choice.subtaskId === subtaskId)
  if (attempts.length === 0) throw neverGivenOut(subtaskId, choices)
  if (json) process.stdout.write(`${JSON.stringify({ taskId, subtaskId, attempts })}\n`)
  else for (const attempt of attempts) process.stdout.write(`${textOf(attempt)}\n`)
}

function textOf(choice: ChoiceExplained): string {
  const { head, foot } = choiceLines(choice)
  return [...head, ...choice.candidates.map(candidate => candidateLine(choice, candidate)), ...foot, ''].join('\n')
}

function neverGivenOut(subtaskId: string, choices: readonly ChoiceExplained[]): EntenteError {
  const others = [...new Set(choices.map(choice => choice.subtaskId))]
  const were = others.length > 0 ? `these were: ${others.join(', ')}` : 'none was yet'
  return new EntenteError('COMMAND_INVALID', `no subtask ${subtaskId} of this task was given out; ${were}`)
}
