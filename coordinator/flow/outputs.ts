import type { OrderedMap } from 'immutable'
import type { Json } from '../../protocol/canonical.ts'
import { hasEnded, type SubtaskProgress } from './progress.ts'

type ById = { readonly [id: string]: Json }

/**
 * The outputs of those of some subtasks that have ended, by id; null where one was skipped. Items of a list are in the list's.
 * They are looked for when an expression asks for them, and as far as it does, so that one more costs the same in a task of
 * thousands.
 */
export class Outputs {
  readonly #subtasks: OrderedMap<string, SubtaskProgress>
  #all: ById | undefined

  /** @param subtasks in the order of the plan */
  constructor(subtasks: OrderedMap<string, SubtaskProgress>) {
    this.#subtasks = subtasks
  }

  /** In the order of the plan: an expression can see it. */
  all(): ById {
    this.#all ??= this.of(this.#subtasks.keys())
    return this.#all
  }

  /** Of these those that there are. */
  of(ids: Iterable<string>): ById {
    const outputs: Record<string, Json> = {}
    for (const id of ids) {
      const progress = this.#subtasks.get(id)
      if (progress?.part === null && hasEnded(progress)) outputs[id] = progress.output
    }
    return outputs
  }
}
