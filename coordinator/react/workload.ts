import type { TaskEvent } from '../../protocol/events.ts'
import type { Task } from '../flow/state.ts'

/**
 * How many assignments each agent holds, as far as this coordinator has seen: a hint for routing, recorded with every
 * choice that it swayed, and nothing that anything else depends on.
 */
export class Workload {
  readonly #open = new Map<string, Set<string>>()

  of(agentId: string): number {
    return this.#open.get(agentId)?.size ?? 0
  }

  note(task: Task, event: TaskEvent): void {
    switch (event.type) {
      case 'SubtaskAssigned':
        for (const { agentId } of event.chosen) this.#take(agentId, task.taskId + event.subtaskId)
        return
      case 'ResultReceived':
        this.#free(event.agentId, task.taskId + event.subtaskId)
        return
      case 'AttemptExpired':
        for (const agentId of event.silent) this.#free(agentId, task.taskId + event.subtaskId)
    }
  }

  #take(agentId: string, what: string): void {
    const open = this.#open.get(agentId) ?? new Set()
    this.#open.set(agentId, open.add(what))
  }

  #free(agentId: string, what: string): void {
    this.#open.get(agentId)?.delete(what)
  }
}
