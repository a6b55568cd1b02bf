import type { Hex } from '../../protocol/hash.ts'
import type { Task } from '../flow/state.ts'

/** At least so many tasks are held, however long they are. */
const fewest = 16

/** An open task, and when its last event was. */
export interface HeldTask {
  readonly task: Task
  readonly atMs: number
}

/** Open tasks, whole: those that anything happened to last, as long as they have no more than so many events together. */
export class HeldTasks {
  readonly #mostEvents: number
  readonly #onLetGo: (held: HeldTask) => void
  /** The one that was put last is the last. */
  readonly #held = new Map<Hex, HeldTask>()
  #events = 0

  constructor(mostEvents: number, onLetGo: (held: HeldTask) => void) {
    this.#mostEvents = mostEvents
    this.#onLetGo = onLetGo
  }

  get(taskId: Hex): Task | undefined {
    return this.#held.get(taskId)?.task
  }

  tasks(): Task[] {
    return [...this.#held.values()].map(({ task }) => task)
  }

  put(held: HeldTask): void {
    this.delete(held.task.taskId)
    this.#held.set(held.task.taskId, held)
    this.#events += held.task.length
    for (const [taskId, oldest] of this.#held) {
      if (this.#events <= this.#mostEvents || this.#held.size <= fewest) return
      this.delete(taskId)
      this.#onLetGo(oldest)
    }
  }

  delete(taskId: Hex): void {
    this.#events -= this.#held.get(taskId)?.task.length ?? 0
    this.#held.delete(taskId)
  }
}
