import type { Hex } from '../../protocol/hash.ts'
import type { Task } from '../flow/state.ts'

/** At least so many tasks are held, however long they are. */
const fewest = 16

/** An open task, when its last event was, and the size of the entries that it was folded from. */
export interface HeldTask {
  readonly task: Task
  readonly bytes: number
  readonly atMs: number
}

/** Open tasks, whole: those that anything happened to last, as long as their entries are no larger together than this. */
export class HeldTasks {
  readonly #mostBytes: number
  readonly #onLetGo: (held: HeldTask) => void
  /** The one that was put last is the last. */
  readonly #held = new Map<Hex, HeldTask>()
  #bytes = 0

  constructor(mostBytes: number, onLetGo: (held: HeldTask) => void) {
    this.#mostBytes = mostBytes
    this.#onLetGo = onLetGo
  }

  get(taskId: Hex): HeldTask | undefined {
    return this.#held.get(taskId)
  }

  tasks(): Task[] {
    return [...this.#held.values()].map(({ task }) => task)
  }

  put(held: HeldTask): void {
    this.delete(held.task.taskId)
    this.#held.set(held.task.taskId, held)
    this.#bytes += held.bytes
    for (const [taskId, oldest] of this.#held) {
      if (this.#bytes <= this.#mostBytes || this.#held.size <= fewest) return
      this.delete(taskId)
      this.#onLetGo(oldest)
    }
  }

  delete(taskId: Hex): void {
    this.#bytes -= this.#held.get(taskId)?.bytes ?? 0
    this.#held.delete(taskId)
  }
}
