import type { ChainEvent } from '../../../protocol/chain-event.ts'
import type { TaskEntry, TaskEvent } from '../../../protocol/events.ts'
import type { Hex } from '../../../protocol/hash.ts'
import type { Settlement } from '../../../protocol/settlement.ts'

/** A settled task, and the agents that the chain does not have its rating of yet. */
export interface UnratedTask {
  readonly taskId: Hex
  readonly settlement: Settlement
  /** What the settlement on chain names the document by. */
  readonly evidence: Hex
  /** By the log. */
  readonly settledAtMs: number
  /** Of a task that a batch settled: the batch, and the task's line in it. */
  readonly batched: { readonly id: bigint; readonly line: number } | null
  readonly agentIds: ReadonlySet<string>
}

/** Ratings are written when so many wait, and so many at a time, or when one has waited so long. */
export interface Due {
  readonly ratings: number
  readonly seconds: number
}

/** A rater waits for one message before it sends another: what it had not acted on when it died is among these. */
const latest = 16

type Computed = Omit<UnratedTask, 'settledAtMs' | 'agentIds'>

/** What waits to be rated, from the logs of all tasks and the confirmed events of the chain, in whatever order they come. */
export class Unrated {
  readonly #computed = new Map<Hex, Computed>()
  readonly #waiting = new Map<Hex, UnratedTask>()
  /** What the chain has of tasks that are not known to be settled yet. */
  readonly #early = new Map<Hex, Set<string>>()
  /** By transaction, the task that it rated first; of the latest only. */
  readonly #written = new Map<Hex, Hex>()
  #rated = 0
  #shutOut = 0

  takeEntry({ taskId, events }: TaskEntry): void {
    for (const event of events) this.#fold(taskId, event)
  }

  takeChainEvent({ contract, event, args, txHash }: ChainEvent): void {
    if (contract !== 'TaskFeedback') return
    if (event === 'TaskRated') this.#rated++
    else if (event === 'RatingShutOut') this.#shutOut++
    else return
    const taskId = String(args.taskId) as Hex
    this.#strike(taskId, String(args.agentId))
    if (!this.#written.has(txHash)) this.#written.set(txHash, taskId)
    if (this.#written.size > latest) this.#written.delete(this.#written.keys().next().value!)
  }

  /** The longest settled first. */
  get waiting(): UnratedTask[] {
    return [...this.#waiting.values()].sort((a, b) => a.settledAtMs - b.settledAtMs || (a.taskId < b.taskId ? -1 : 1))
  }

  /** How many ratings wait. */
  get count(): number {
    return [...this.#waiting.values()].reduce((sum, { agentIds }) => sum + agentIds.size, 0)
  }

  isDue({ ratings, seconds }: Due, nowMs: number): boolean {
    const [longest] = this.waiting
    return this.count >= ratings || (longest !== undefined && longest.settledAtMs + seconds * 1_000 <= nowMs)
  }

  /** Transactions that wrote ratings, with the task that each rated first: those that were not taken yet, of the latest. */
  takeWritten(): [txHash: Hex, taskId: Hex][] {
    const written = [...this.#written]
    this.#written.clear()
    return written
  }

  get seen(): { readonly rated: number; readonly shutOut: number } {
    return { rated: this.#rated, shutOut: this.#shutOut }
  }

  #fold(taskId: Hex, event: TaskEvent): void {
    const computed = this.#computed.get(taskId)
    if (event.type === 'SettlementComputed' && event.settlement.ratings?.length) {
      const { settlement, settlementHash: evidence } = event
      this.#computed.set(taskId, { taskId, settlement, evidence, batched: null })
    } else if (!computed) return
    else if (event.type === 'TaskBatched') {
      this.#computed.set(taskId, { ...computed, batched: { id: BigInt(event.batch), line: event.line } })
    } else if (event.type === 'BatchFell') this.#computed.set(taskId, { ...computed, batched: null })
    else if (event.type === 'TaskSettled') this.#settle(computed, event.atMs)
  }

  #settle(computed: Computed, settledAtMs: number): void {
    const { taskId, settlement } = computed
    const early = this.#early.get(taskId)
    const left = settlement.ratings!.map(({ agentId }) => agentId).filter(agentId => !early?.has(agentId))
    this.#computed.delete(taskId)
    this.#early.delete(taskId)
    if (left.length > 0) this.#waiting.set(taskId, { ...computed, settledAtMs, agentIds: new Set(left) })
  }

  #strike(taskId: Hex, agentId: string): void {
    const task = this.#waiting.get(taskId)
    if (!task) {
      this.#early.set(taskId, (this.#early.get(taskId) ?? new Set()).add(agentId))
      return
    }
    const agentIds = new Set([...task.agentIds].filter(each => each !== agentId))
    if (agentIds.size === 0) this.#waiting.delete(taskId)
    else this.#waiting.set(taskId, { ...task, agentIds })
  }
}
