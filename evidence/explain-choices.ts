import { type ChosenAgain, chooseAgain, type LoggedChoice } from '../coordinator/flow/choose-again.ts'
import { evolve } from '../coordinator/flow/evolve.ts'
import { lotOf, type Parts, partsOf } from '../coordinator/flow/score.ts'
import { type Task, unknownTask } from '../coordinator/flow/state.ts'
import type { Choice, PassedOver } from '../protocol/assignment.ts'
import type { TaskEvent, TaskEventOf } from '../protocol/events.ts'
import type { Hex } from '../protocol/hash.ts'
import { type Difference, differences } from './difference.ts'

/** A candidate, as the log has it, and what the rule makes of that. */
export interface CandidateExplained {
  readonly known: Choice | PassedOver
  readonly chosen: boolean
  /** What its score is the sum of; null where the log does not say enough, or its stake was too low to be scored. */
  readonly parts: Parts | null
  /** Of equal scores the lower goes first. */
  readonly lot: string | null
}

/** One attempt: who was chosen, of whom, and why. */
export interface ChoiceExplained {
  readonly subtaskId: string
  readonly attempt: number
  readonly skill: string
  readonly atMs: number
  /** The hash that draws went by, and its block; null in older logs. */
  readonly seed: { readonly blockHash: Hex; readonly blockNumber: number } | null
  /** What was asked for; null where the log does not say enough. */
  readonly wish: ChosenAgain['wish'] | null
  /** Domains that the policy set was asked of, and its word; null where none was. */
  readonly flows: TaskEventOf<'FlowsDecided'>['verdicts'] | null
  /** Chosen first, then those passed over, each the best first. */
  readonly candidates: readonly CandidateExplained[]
  readonly unlisted: number
  /** Where the rule, run again on the candidates, comes to something else; null where it cannot be run. */
  readonly differences: readonly Difference[] | null
}

/** Every choice of agents that a task's log tells of, made again by the rule of `coordinator/flow/route.ts`. */
export function explainChoices(taskId: Hex, events: readonly TaskEvent[]): ChoiceExplained[] {
  const choices: ChoiceExplained[] = []
  let task = unknownTask(taskId)
  let seed: ChoiceExplained['seed'] = null
  for (const event of events) {
    if ((event.type === 'TaskFunded' || event.type === 'BudgetCovered') && event.blockHash)
      seed = { blockHash: event.blockHash, blockNumber: event.blockNumber }
    if (event.type === 'SubtaskAssigned') choices.push(explained(task, event, seed))
    task = evolve(task, event)
  }
  return choices
}

function explained(task: Task, event: TaskEventOf<'SubtaskAssigned'>, seed: ChoiceExplained['seed']): ChoiceExplained {
  const { subtaskId, attempt, skill, atMs, chosen, passedOver, unlisted = 0 } = event
  const again = chooseAgain(task, event)
  const candidates = [...chosen, ...passedOver].map((known, place): CandidateExplained => {
    const isScored = again !== null && known.score !== undefined
    return {
      known,
      chosen: place < chosen.length,
      parts: isScored ? partsOf(again.wish, again.candidates[place]!) : null,
      lot: isScored ? lotOf(again.wish, known) : null,
    }
  })
  const flows = task.subtasks.get(subtaskId)?.flows?.verdicts ?? null
  const facts = { subtaskId, attempt, skill, atMs, seed, wish: again?.wish ?? null, flows, candidates, unlisted }
  return { ...facts, differences: again && differencesOf(again, event) }
}

/** Where a choice that was made again is not the one that the log has. */
export function differencesOf({ routing }: ChosenAgain, { chosen, passedOver }: LoggedChoice) {
  const { chosen: due, passedOver: left } = routing ?? { chosen: [], passedOver: [] }
  return differences({ chosen: due, passedOver: left }, { chosen, passedOver })
}
