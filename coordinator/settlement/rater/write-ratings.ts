import type { NatsConnection } from '@nats-io/nats-core'
import type { Address } from '../../../protocol/ids.ts'
import type { Log } from '../../../stack/log.ts'
import { completeMessages } from '../../../stack/many-intents.ts'
import type { Call, ChainReader } from '../chain-reader.ts'
import type { Standing } from '../settler/standing.ts'
import { firstOf, rateBatchedCall, rateCall } from './calls.ts'
import { Telling } from './tell.ts'
import type { Due, Unrated, UnratedTask } from './unrated.ts'

/** The contract asks nothing of whoever calls. */
const anybody: Address = `0x${'00'.repeat(20)}`

export interface WriteRatingsOptions extends Due {
  readonly nc: NatsConnection
  readonly log: Log
  readonly reader: ChainReader
  readonly unrated: Unrated
  /** The batches that stand. */
  readonly standing: Standing
  /** Whether this one holds the lease. */
  readonly isLeader: () => boolean
}

/** What whoever holds the lease does: writes ratings that are due, and says of those that are written that nothing is left to do. */
export class WriteRatings {
  readonly #options: WriteRatingsOptions
  readonly #telling: Telling

  constructor(options: WriteRatingsOptions) {
    this.#options = options
    this.#telling = new Telling(options.nc, options.log)
  }

  /** Whether anything was due. Returns when each message has its outcome. */
  async writeDue(): Promise<boolean> {
    const { unrated, ratings, isLeader } = this.#options
    if (!unrated.isDue(this.#options, Date.now()) || !isLeader()) return false
    for (const [batch, tasks] of Map.groupBy(firstOf(unrated.waiting, ratings), ({ batched }) => batched?.id ?? null)) {
      const taken = await this.#takable(tasks, batch)
      const call = taken.length > 0 ? await this.#callFor(taken, batch) : null
      if (call && isLeader()) await this.#telling.tell(taken[0]!.taskId, call)
    }
    return true
  }

  /** Of what a transaction wrote all is known by now: that is what there is to act on. */
  async completeWritten(): Promise<void> {
    const { nc, unrated, isLeader } = this.#options
    if (!isLeader()) return
    const written = unrated.takeWritten().map(([txHash, taskId]) => this.#telling.messageOf(taskId, txHash))
    await completeMessages(
      nc,
      (await Promise.all(written)).filter(messageId => messageId !== null),
    )
  }

  /** The call that rates tasks of one batch, or of none; null while the lines of the batch are not there. */
  async #callFor(tasks: readonly UnratedTask[], batch: bigint | null): Promise<Call | null> {
    if (batch === null) return rateCall(tasks)
    const { standing } = this.#options
    const posted = standing.get(batch)
    const ledger = posted && (await standing.linesOf(posted))
    return ledger ? rateBatchedCall(tasks, posted, ledger) : null
  }

  /** What the chain would take now. */
  async #takable(tasks: readonly UnratedTask[], batch: bigint | null): Promise<UnratedTask[]> {
    const { reader, log } = this.#options
    const taken: UnratedTask[] = []
    for (const task of tasks) {
      const call = await this.#callFor([task], batch)
      const refusal = call ? await reader.tryCall(anybody, call) : 'the lines of its batch are not known'
      if (refusal === null) taken.push(task)
      else log.warn({ taskId: task.taskId, refusal }, 'the chain would not take ratings of a task now')
    }
    return taken
  }
}
