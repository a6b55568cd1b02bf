import { fitsLine, taskIdOf } from '../../protocol/batch-lines.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { SigningDomain } from '../../protocol/typed-data.ts'
import type { Ledger } from '../flow/batch/batch-ledger.ts'

interface Settled {
  readonly id: bigint
  readonly index: number
}

/** Which batch settles which order, of the batches that stand. */
export class SettledOrders {
  readonly #domain: SigningDomain
  readonly #byTask = new Map<Hex, Settled[]>()
  readonly #tasksOf = new Map<bigint, Hex[]>()

  constructor(domain: SigningDomain) {
    this.#domain = domain
  }

  has(id: bigint): boolean {
    return this.#tasksOf.has(id)
  }

  add(id: bigint, { tasks }: Ledger): void {
    const taskIds: Hex[] = []
    for (const [index, line] of tasks.entries()) {
      if (!fitsLine('TaskLine', line)) continue
      const taskId = taskIdOf(this.#domain, line.order)
      taskIds.push(taskId)
      this.#byTask.set(taskId, [...(this.#byTask.get(taskId) ?? []), { id, index }])
    }
    this.#tasksOf.set(id, taskIds)
  }

  /** One that fell settles nothing. */
  forget(id: bigint): void {
    for (const taskId of this.#tasksOf.get(id) ?? []) {
      const left = this.#byTask.get(taskId)!.filter(each => each.id !== id)
      if (left.length > 0) this.#byTask.set(taskId, left)
      else this.#byTask.delete(taskId)
    }
    this.#tasksOf.delete(id)
  }

  /** The first batch before this one that settles the order; null where none does. */
  before(id: bigint, taskId: Hex): Settled | null {
    return this.#byTask.get(taskId)?.find(each => each.id < id) ?? null
  }
}
