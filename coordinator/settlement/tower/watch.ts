import { setTimeout as sleep } from 'node:timers/promises'
import type { JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { LRUCache } from 'lru-cache'
import type { ChainEvent } from '../../../protocol/chain-event.ts'
import type { ChainInfo } from '../../../protocol/chain-message.ts'
import type { Address } from '../../../protocol/ids.ts'
import type { TowerFigures } from '../../../protocol/tower-figures.ts'
import type { Log } from '../../../stack/log.ts'
import type { Ledger } from '../../flow/batch/batch-ledger.ts'
import type { ChainReader } from '../chain-reader.ts'
import { foldBatches, type PostedBatch, type PostedBatches } from '../posted-batches.ts'
import { publishedLines } from '../published-lines.ts'
import { Acts } from './acts.ts'
import { againstLogs, type Logs } from './against-logs.ts'
import { audit, type Surroundings } from './audit.ts'
import { placesHidden, placesUnseen, withShownValues } from './demands.ts'
import { ledgerOfShown, readShown, type ShownLines } from './shown-lines.ts'
import { Verdicts } from './verdicts.ts'

/** Chain time passes without events too: demands fall due by it. */
const lookMs = 1_000
const ledgersKept = 96

export interface TowerOptions {
  readonly nc: NatsConnection
  readonly log: Log
  readonly chain: ChainInfo
  readonly reader: ChainReader
  /** Whose money the tower's demands risk, and who is paid for its challenges. */
  readonly account: Address
  /** How long a file may be missing before its lines are demanded: object stores of other sites lag. */
  readonly patienceMs?: number
}

type WatchOptions = TowerOptions & { readonly jsm: JetStreamManager }

/** Looks at each batch of which something new is known, and acts on what it finds. */
export class Watch {
  readonly #nc: NatsConnection
  readonly #log: Log
  readonly #verdicts: Verdicts
  readonly #patienceMs: number
  readonly #around: Surroundings
  readonly #acts: Acts
  readonly #logs: Logs
  readonly #batches: PostedBatches = new Map()
  readonly #ledgers = new LRUCache<string, Ledger>({ max: ledgersKept })
  readonly #missedSince = new Map<bigint, number>()
  /** What there is to look at: a batch that an event spoke of, or that waits for something. */
  readonly #due = new Set<bigint>()
  #woken = Promise.withResolvers<void>()

  constructor(
    { nc, log, jsm, patienceMs = 5_000, reader, account }: WatchOptions,
    around: Omit<Surroundings, 'linesOf'>,
  ) {
    this.#nc = nc
    this.#log = log
    this.#verdicts = new Verdicts(log)
    this.#patienceMs = patienceMs
    this.#around = { ...around, linesOf: id => this.#linesOf(id) }
    this.#acts = new Acts({ nc, log, reader, account })
    this.#logs = { jsm, evidence: around.evidence, domain: around.rules.domain }
  }

  take(event: ChainEvent): void {
    const id = foldBatches(this.#batches, event)
    if (id === null) return
    this.#due.add(id)
    this.#woken.resolve()
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.#woken = Promise.withResolvers<void>()
      for (const id of [...this.#due].sort((a, b) => (a < b ? -1 : 1))) {
        if (signal.aborted) break
        await this.#look(id)
      }
      const ended = new AbortController()
      const pause = sleep(lookMs, undefined, { signal: AbortSignal.any([signal, ended.signal]) }).catch(() => {})
      await Promise.race([this.#woken.promise, pause])
      ended.abort()
    }
    await this.#acts.settled()
  }

  async #look(id: bigint): Promise<void> {
    try {
      if (await this.#attend(this.#batches.get(id)!)) this.#due.delete(id)
    } catch (error) {
      this.#log.warn({ err: error, batch: `${id}` }, 'the batch cannot be watched now, and is looked at again')
    }
  }

  /** @returns whether there is nothing more to do until an event says something new of it */
  async #attend(posted: PostedBatch): Promise<boolean> {
    if (posted.status === 'final') return this.#remember(posted)
    if (posted.status !== 'posted') return this.#clearUp(posted)
    await this.#readEarlier(posted.id)
    await this.#acts.expire(posted)
    if (this.#verdicts.isRight(posted.id)) return posted.demands.size === 0

    const shown = await readShown(this.#around.reader, posted)
    const published = await this.#ledgerOf(posted, shown)
    if (!published) return this.#demandUnseen(posted, shown)
    const ledger = withShownValues(published, shown)
    this.#note(posted.id, ledger)
    const verdict = await audit(this.#around, posted, ledger, shown)
    if ('missing' in verdict) {
      this.#verdicts.say(posted.id, { verdict: 'unjudged', why: `not seen: ${verdict.missing}` })
      return false
    }
    const [first] = verdict.findings
    if (!first) return this.#compare(posted, ledger)
    const { finding = first } = verdict.challenge ?? {}
    const why = `${finding.rule}: line ${finding.index} of ${finding.tree}, ${finding.why}`
    this.#verdicts.say(posted.id, { verdict: 'wrong', why })
    if (verdict.challenge) this.#acts.challenge(posted.id, verdict.challenge)
    else await this.#acts.demand(posted, placesHidden(verdict.findings, ledger, shown))
    return false
  }

  /** What the contracts would let stand is compared with the logs of the tasks that it settles. */
  async #compare({ id, demands }: PostedBatch, ledger: Ledger): Promise<boolean> {
    const { contradicted, unlogged, missing } = await againstLogs(this.#logs, ledger)
    const [first] = contradicted
    if (first) {
      const why = `line ${first.line} of Tasks: ${first.why}`
      this.#verdicts.say(id, { verdict: 'contradicted', why, unlogged })
      return demands.size === 0
    }
    if (missing) this.#verdicts.say(id, { verdict: 'unjudged', why: `not seen: ${missing}`, unlogged })
    else this.#verdicts.say(id, { verdict: 'right', why: null, unlogged })
    return missing === null
  }

  /** Its settler published no lines, or others than it posted. */
  async #demandUnseen(posted: PostedBatch, shown: ShownLines): Promise<boolean> {
    const since = this.#missedSince.get(posted.id) ?? performance.now()
    this.#missedSince.set(posted.id, since)
    if (performance.now() - since < this.#patienceMs) return false
    this.#verdicts.say(posted.id, { verdict: 'unjudged', why: 'LineWithheld: its lines are not published' })
    await this.#acts.demand(posted, placesUnseen(posted, shown, this.#around.account))
    return false
  }

  /** What a failed batch holds goes back: its debits to their requesters, the tower's stakes to the tower. */
  async #clearUp(posted: PostedBatch): Promise<boolean> {
    this.#around.orders.forget(posted.id)
    await this.#acts.takeBack(posted)
    return posted.unwound && posted.demands.size === 0
  }

  async #remember(posted: PostedBatch): Promise<boolean> {
    if (this.#around.orders.has(posted.id)) return true
    const ledger = await this.#ledgerOf(posted, await readShown(this.#around.reader, posted))
    if (ledger) this.#note(posted.id, ledger)
    else
      this.#log.error({ batch: `${posted.id}` }, 'a final batch is not published: what it settled may be settled again')
    return true
  }

  /** Which orders the batches before this one settle must be known before it is judged. */
  async #readEarlier(id: bigint): Promise<void> {
    for (const earlier of this.#batches.values()) {
      if (earlier.id >= id || this.#around.orders.has(earlier.id)) continue
      if (earlier.status === 'posted' || earlier.status === 'final') await this.#linesOf(earlier.id)
    }
  }

  #note(id: bigint, ledger: Ledger): void {
    if (!this.#around.orders.has(id)) this.#around.orders.add(id, ledger)
  }

  async #linesOf(id: bigint) {
    const posted = this.#batches.get(id)
    if (!posted) return null
    const ledger = await this.#ledgerOf(posted, await readShown(this.#around.reader, posted))
    if (!ledger) return null
    this.#note(id, ledger)
    return { posted, ledger }
  }

  /** The lines as published or, where they are not, as shown; null where neither are those that the batch commits to. */
  async #ledgerOf(posted: PostedBatch, shown: ShownLines): Promise<Ledger | null> {
    const known = this.#ledgers.get(`${posted.id}`)
    if (known) return known
    const ledger = (await publishedLines(this.#nc, posted)) ?? ledgerOfShown(posted, shown)
    if (ledger) this.#ledgers.set(`${posted.id}`, ledger)
    return ledger
  }

  figures(): TowerFigures {
    return this.#verdicts.figures(this.#batches, this.#around.account)
  }
}
