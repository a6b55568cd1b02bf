import type { NatsConnection } from '@nats-io/nats-core'
import { withoutBigints } from '../../../protocol/batch-json.ts'
import type { Json } from '../../../protocol/canonical.ts'
import { EntenteError } from '../../../protocol/errors.ts'
import type { Address } from '../../../protocol/ids.ts'
import { awaitOutcome, completeMessage, submitIntent } from '../../../stack/chain-intent.ts'
import type { Log } from '../../../stack/log.ts'
import type { ChainReader } from '../chain-reader.ts'
import { type Place, type PostedBatch, placeKey, trees } from '../posted-batches.ts'
import type { Challenge } from './case.ts'

const outcomeMs = 60_000

interface Act {
  /** Once for each batch and operation: said again, it is the same message. */
  readonly operation: string
  readonly businessId: string
  readonly contract: string
  readonly call: string
  readonly args: readonly unknown[]
}

/** What the tower does on chain, each act once: through the gateway as its tenant, from an account of its own. */
export class Acts {
  readonly #nc: NatsConnection
  readonly #log: Log
  readonly #reader: ChainReader
  readonly #account: Address
  readonly #done = new Set<string>()
  readonly #underWay = new Set<Promise<void>>()
  #windowSeconds: bigint | undefined

  constructor({ nc, log, reader, account }: { nc: NatsConnection; log: Log; reader: ChainReader; account: Address }) {
    this.#nc = nc
    this.#log = log
    this.#reader = reader
    this.#account = account
  }

  challenge(id: bigint, { finding, contract, call, args }: Challenge): void {
    const { rule, tree, index, why } = finding
    const what = `batch ${id} is challenged by ${rule}: line ${index} of ${tree}, ${why}`
    this.#do({ operation: 'challenge', businessId: `${id}/${rule}/${tree}/${index}`, contract, call, args }, what)
  }

  /** Asks for lines, as long as the batch's window is open and none that was asked for is still to be shown. */
  async demand({ id, batch, postedAt, demands }: PostedBatch, places: readonly Place[]): Promise<void> {
    if (demands.size > 0) return
    this.#windowSeconds ??= BigInt(await this.#reader.read('Batches', 'windowSeconds', []))
    if (BigInt(await this.#reader.now()) >= postedAt + this.#windowSeconds) return
    for (const place of places) {
      const onChain = { ...place, tree: BigInt(trees.indexOf(place.tree)) }
      const act = { operation: 'demand', businessId: `${id}/${placeKey(place)}`, contract: 'Demands', call: 'demand' }
      this.#do({ ...act, args: [id, batch, onChain] }, `line ${placeKey(place)} of batch ${id} is demanded`)
    }
  }

  /** Condemns a batch of which a line was not shown in time, whoever asked for it. */
  async expire({ id, demands }: PostedBatch): Promise<void> {
    if (demands.size === 0) return
    const now = BigInt(await this.#reader.now())
    const overdue = [...demands.values()].find(({ dueAt }) => dueAt < now)
    if (!overdue) return
    const act = { operation: 'expire', businessId: `${id}/${placeKey(overdue.place)}` }
    const args = [id, { ...overdue.place, tree: BigInt(trees.indexOf(overdue.place.tree)) }]
    this.#do(
      { ...act, contract: 'Demands', call: 'expire', args },
      `batch ${id} is condemned: line ${placeKey(overdue.place)} was not shown in time`,
    )
  }

  async takeBack({ id, batch, unwound, demands }: PostedBatch): Promise<void> {
    if (!unwound) {
      const act = { operation: 'unwind', businessId: `${id}`, contract: 'Batches', call: 'unwind' }
      this.#do({ ...act, args: [id, batch] }, `the debits of batch ${id} go back`)
    }
    for (const { place, demander } of demands.values()) {
      if (demander !== this.#account) continue
      const act = {
        operation: 'withdraw',
        businessId: `${id}/${placeKey(place)}`,
        contract: 'Demands',
        call: 'withdraw',
      }
      const args = [id, { ...place, tree: BigInt(trees.indexOf(place.tree)) }]
      this.#do({ ...act, args }, `the stake for line ${placeKey(place)} of batch ${id} comes back`)
    }
  }

  /** When all that was begun has its outcome. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay)
  }

  #do(act: Act, what: string): void {
    const key = `${act.operation}/${act.businessId}`
    if (this.#done.has(key)) return
    this.#done.add(key)
    const doing = this.#carryOut(act, what).catch((error: unknown) => {
      const isFinal = error instanceof EntenteError && !error.retry
      // Another tower may have been first; what can be tried again, is when the batch is looked at next.
      if (!isFinal) this.#done.delete(key)
      this.#log.warn(
        { err: error, act: key },
        isFinal ? 'the chain took it from nobody, or from another' : 'not done yet',
      )
    })
    this.#underWay.add(doing)
    void doing.then(() => this.#underWay.delete(doing))
  }

  async #carryOut({ args, ...act }: Act, what: string): Promise<void> {
    const { messageId } = await submitIntent(this.#nc, {
      ...act,
      tenant: 'tower',
      from: this.#account,
      args: withoutBigints(args) as Json[],
    })
    const { txHash, gasUsed } = await awaitOutcome(this.#nc, messageId, { timeoutMs: outcomeMs })
    await completeMessage(this.#nc, messageId)
    this.#log.info({ ...act, txHash, gasUsed }, what)
  }
}
