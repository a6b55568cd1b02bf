import type { TaskEventOf } from '../../protocol/events.ts'
import { candidateOf } from './candidate.ts'
import { wantedFor } from './demand.ts'
import { readySubtasks } from './ready.ts'
import { type Candidate, type Routing, route, type Wish } from './route.ts'
import type { Task } from './state.ts'

/** Who was chosen, and who was not. */
export type LoggedChoice = Pick<TaskEventOf<'SubtaskAssigned'>, 'chosen' | 'passedOver' | 'unlisted'>

export interface ChosenAgain {
  readonly wish: Wish
  readonly candidates: readonly Candidate[]
  /** Null where nobody would be chosen yet. */
  readonly routing: Routing | null
}

/** All that a choice lists; null where an older log does not say enough of somebody. */
export function candidatesOf({ chosen, passedOver }: LoggedChoice): Candidate[] | null {
  const candidates = [...chosen, ...passedOver].map(candidateOf)
  return candidates.every(candidate => candidate !== null) ? candidates : null
}

/**
 * Makes a choice again, from the task as it was before and from what its event holds of the candidates.
 * @returns null where no such choice was due, or an older log does not say enough
 */
export function chooseAgain(task: Task, event: LoggedChoice & { readonly subtaskId: string }): ChosenAgain | null {
  const subtask = readySubtasks(task).find(({ id }) => id === event.subtaskId)
  const candidates = candidatesOf(event)
  if (!subtask || !candidates) return null
  const wish: Wish = { taskId: task.taskId, seed: task.seed, ...wantedFor(task, subtask) }
  return { wish, candidates, routing: route(wish, candidates) }
}
