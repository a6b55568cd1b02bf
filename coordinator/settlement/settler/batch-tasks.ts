import type { TaskEntry, TaskEvent, TaskEventOf } from '../../../protocol/events.ts'
import type { Hex } from '../../../protocol/hash.ts'
import type { Address } from '../../../protocol/ids.ts'
import type { Authority } from '../../../protocol/task.ts'
import { settlesByBatch } from '../../flow/by-batch.ts'

/** What a settler keeps of a task that is to be settled by a batch, until it is. */
export interface BatchTask {
  readonly taskId: Hex
  readonly requester: Address
  readonly authority: Extract<Authority, { by: 'order' }>
  readonly budget: bigint
  readonly covered: boolean
  /** When its settlement was computed, by the log; null before. */
  readonly computedAtMs: number | null
  readonly batch: TaskEventOf<'TaskBatched'> | null
}

/** All such tasks, from the entries of all logs. Entries are replaced, never changed. */
export class BatchTasks {
  readonly #tasks = new Map<Hex, BatchTask>()

  take({ taskId, events }: TaskEntry): void {
    for (const event of events) this.#fold(taskId, event)
  }

  get(taskId: Hex): BatchTask | undefined {
    return this.#tasks.get(taskId)
  }

  /** Whose budgets nobody has looked at yet. */
  uncovered(): BatchTask[] {
    return [...this.#tasks.values()].filter(({ covered }) => !covered)
  }

  /** What waits for a batch, the oldest first. */
  waiting(): BatchTask[] {
    return [...this.#tasks.values()]
      .filter(({ computedAtMs, batch }) => computedAtMs !== null && !batch)
      .sort((a, b) => a.computedAtMs! - b.computedAtMs!)
  }

  /** Those whose log says that they are in this batch. */
  inBatch(batch: string): Hex[] {
    return [...this.#tasks.values()].flatMap(task => (task.batch?.batch === batch ? [task.taskId] : []))
  }

  /** Settled singly after all, or by nobody: it waits for no batch. */
  forget(taskId: Hex): void {
    this.#tasks.delete(taskId)
  }

  /** What tasks that are covered may still take from the requester's account. What is in a batch was taken already. */
  pledgedBy(requester: Address): bigint {
    return [...this.#tasks.values()]
      .filter(task => task.requester === requester && task.covered && !task.batch)
      .reduce((sum, { budget }) => sum + budget, 0n)
  }

  #fold(taskId: Hex, event: TaskEvent): void {
    const task = this.#tasks.get(taskId)
    if (event.type === 'TaskSubmitted') this.#add(taskId, event)
    else if (task && isOver(task, event)) this.#tasks.delete(taskId)
    else if (task) this.#tasks.set(taskId, { ...task, ...changeOf(event) })
  }

  #add(taskId: Hex, submitted: TaskEventOf<'TaskSubmitted'>): void {
    const { authority, requester, budget } = submitted
    if (authority.by !== 'order' || !settlesByBatch(submitted)) return
    const fresh = { covered: false, computedAtMs: null, batch: null }
    this.#tasks.set(taskId, { taskId, requester: requester.address, authority, budget: BigInt(budget), ...fresh })
  }
}

/** What nobody covered is not settled. */
function isOver({ covered }: BatchTask, { type }: TaskEvent): boolean {
  const hasEnded = type === 'TaskRejected' || type === 'TaskFailed' || type === 'TaskCanceled'
  return type === 'TaskSettled' || (hasEnded && !covered)
}

function changeOf(event: TaskEvent): Partial<BatchTask> {
  switch (event.type) {
    case 'BudgetCovered':
      return { covered: true }
    case 'SettlementComputed':
      return { computedAtMs: event.atMs }
    case 'TaskBatched':
      return { batch: event }
    case 'BatchFell':
      return { batch: null }
    default:
      return {}
  }
}
