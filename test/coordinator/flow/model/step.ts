import type { Command } from '../../../../coordinator/flow/command.ts'
import type { KeptTask } from '../../../../coordinator/flow/kept-task.ts'
import type { Task } from '../../../../coordinator/flow/state.ts'
import type { Json } from '../../../../protocol/canonical.ts'
import type { TaskEvent } from '../../../../protocol/events.ts'
import type { Belief } from './belief.ts'

/** The rules under test: the real ones, or ones with a fault in them. */
export interface Rules {
  readonly decide: (task: Task, command: Command) => TaskEvent[]
  readonly evolve: (task: Task, event: TaskEvent) => Task
}

/** One command, and what came of it; `belief` is from before. */
export interface Step {
  /** Where it happened; the history is from before. */
  readonly world: {
    readonly rules: Rules
    readonly history: readonly TaskEvent[]
    readonly task: Task
    readonly records: Map<string, Json>
  }
  readonly belief: Belief
  readonly command: Command
  readonly before: Task
  /** `before`, as it was when it came about. */
  readonly copy: KeptTask
  readonly events: readonly TaskEvent[]
  readonly refusal: unknown
  readonly after: Task
}

/** An invariant of `decide.ts`, by its number there. */
export interface Check {
  readonly name: string
  readonly check: (step: Step) => void
}

/** An invariant does not hold. */
export class Broken extends Error {}

export function fail(why: string, { command, events }: Pick<Step, 'command' | 'events'>): never {
  throw new Broken(`${why}\nafter ${JSON.stringify(command)}\nwhich gave ${JSON.stringify(events)}`)
}

export const sumOf = (amounts: readonly bigint[]) => amounts.reduce((total, amount) => total + amount, 0n)
