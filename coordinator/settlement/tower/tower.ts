import { setTimeout as sleep } from 'node:timers/promises'
import type { JsMsg } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { LRUCache } from 'lru-cache'
import { ChainEvent } from '../../../protocol/chain-event.ts'
import type { ChainInfo } from '../../../protocol/chain-message.ts'
import { signingDomain } from '../../../protocol/documents.ts'
import { EntenteError } from '../../../protocol/errors.ts'
import type { Address } from '../../../protocol/ids.ts'
import { streams, subjects } from '../../../protocol/subjects.ts'
import type { TowerFigures } from '../../../protocol/tower-figures.ts'
import { getArtifact } from '../../../stack/artifacts.ts'
import { followStream } from '../../../stack/follow-stream.ts'
import type { Log } from '../../../stack/log.ts'
import { parseJson } from '../../../stack/parse-json.ts'
import type { Ledger } from '../../flow/batch/batch-ledger.ts'
import { readBatchFile } from '../batch-file.ts'
import { foldBatches, type PostedBatch, type PostedBatches } from '../posted-batches.ts'
import { Acts } from './acts.ts'
import { audit, type Surroundings } from './audit.ts'
import type { ChainReader } from './chain-reader.ts'
import { placesHidden, placesUnseen, withShownValues } from './demands.ts'
import { followEvidence } from './evidence-leaves.ts'
import { readRules } from './read-facts.ts'
import { SettledOrders } from './settled-orders.ts'
import { isLedgerOf, ledgerOfShown, readShown, type ShownLines } from './shown-lines.ts'

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

export interface Tower {
  figures(): TowerFigures
  stop(): Promise<void>
}

/**
 * Watches every batch that is posted, and challenges those that are wrong. All that it knows it reads anew when it starts:
 * the chain's events, the published lines, the evidence log. What it does has its name from the batch, so that done again
 * it is done once.
 */
export async function startTower(options: TowerOptions): Promise<Tower> {
  const { nc, log, chain, reader, account } = options
  const domain = signingDomain(chain.chainId, chain.contractRegistry)
  const [rules, evidence] = await Promise.all([readRules(reader, domain), followEvidence(nc, log)])
  const watch = new Watch(options, { reader, rules, evidence, account, orders: new SettledOrders(domain) })
  const take = (message: JsMsg) => {
    const event = parseJson(ChainEvent, message.data)
    if (event) watch.take(event)
  }
  const place = { stream: streams.chainEvents, subject: subjects.chainEvent('*', '*') }
  const events = followStream(nc, { ...place, take, log })
  await events.caughtUp
  const stopping = new AbortController()
  const watching = watch.run(stopping.signal)
  return {
    figures: () => watch.figures(),
    async stop() {
      stopping.abort()
      await Promise.all([events.stop(), evidence.stop(), watching])
    },
  }
}

type Judged = Pick<TowerFigures['open'][number], 'verdict' | 'why'>

class Watch {
  readonly #nc: NatsConnection
  readonly #log: Log
  readonly #patienceMs: number
  readonly #around: Surroundings
  readonly #acts: Acts
  readonly #batches: PostedBatches = new Map()
  readonly #ledgers = new LRUCache<string, Ledger>({ max: ledgersKept })
  readonly #judged = new Map<bigint, Judged>()
  readonly #missedSince = new Map<bigint, number>()
  /** What there is to look at: a batch that an event spoke of, or that waits for something. */
  readonly #due = new Set<bigint>()
  #woken = Promise.withResolvers<void>()

  constructor({ nc, log, patienceMs = 5_000, reader, account }: TowerOptions, around: Omit<Surroundings, 'linesOf'>) {
    this.#nc = nc
    this.#log = log
    this.#patienceMs = patienceMs
    this.#around = { ...around, linesOf: id => this.#linesOf(id) }
    this.#acts = new Acts({ nc, log, reader, account })
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
    if (this.#judged.get(posted.id)?.verdict === 'right') return posted.demands.size === 0

    const shown = await readShown(this.#around.reader, posted)
    const published = await this.#ledgerOf(posted, shown)
    if (!published) return this.#demandUnseen(posted, shown)
    const ledger = withShownValues(published, shown)
    this.#note(posted.id, ledger)
    const verdict = await audit(this.#around, posted, ledger, shown)
    if ('missing' in verdict)
      return this.#judge(posted.id, { verdict: 'unjudged', why: `not seen: ${verdict.missing}` })
    const [first] = verdict.findings
    if (!first) return this.#judge(posted.id, { verdict: 'right', why: null })
    const { finding = first } = verdict.challenge ?? {}
    const why = `${finding.rule}: line ${finding.index} of ${finding.tree}, ${finding.why}`
    this.#judge(posted.id, { verdict: 'wrong', why })
    if (verdict.challenge) this.#acts.challenge(posted.id, verdict.challenge)
    else await this.#acts.demand(posted, placesHidden(verdict.findings, ledger, shown))
    return false
  }

  /** Its settler published no lines, or others than it posted. */
  async #demandUnseen(posted: PostedBatch, shown: ShownLines): Promise<boolean> {
    const since = this.#missedSince.get(posted.id) ?? performance.now()
    this.#missedSince.set(posted.id, since)
    if (performance.now() - since < this.#patienceMs) return false
    this.#judge(posted.id, { verdict: 'unjudged', why: 'LineWithheld: its lines are not published' })
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
    const published = await getArtifact(this.#nc, posted.batch.data).then(readBatchFile, (error: unknown) => {
      if (error instanceof EntenteError && error.code.startsWith('ARTIFACT_')) return null
      throw error
    })
    const ledger = published && isLedgerOf(posted, published) ? published : ledgerOfShown(posted, shown)
    if (ledger) this.#ledgers.set(`${posted.id}`, ledger)
    return ledger
  }

  /** Says it once. */
  #judge(id: bigint, judged: Judged): boolean {
    const before = this.#judged.get(id)
    this.#judged.set(id, judged)
    const isNew = before?.verdict !== judged.verdict || before.why !== judged.why
    if (isNew) {
      const batch = `${id}`
      if (judged.verdict === 'right') this.#log.info({ batch }, 'batch is right: left alone')
      else if (judged.verdict === 'wrong') this.#log.warn({ batch, why: judged.why }, 'batch is wrong')
      else this.#log.warn({ batch, why: judged.why }, 'batch cannot be judged yet')
    }
    return judged.verdict === 'right'
  }

  figures(): TowerFigures {
    const all = [...this.#batches.values()]
    const count = (is: (posted: PostedBatch) => boolean) => all.filter(is).length
    return {
      account: this.#around.account,
      watched: all.length,
      waiting: count(({ status }) => status === 'posted'),
      right: [...this.#judged.values()].filter(({ verdict }) => verdict === 'right').length,
      condemned: count(({ status }) => status === 'condemned'),
      condemnedByUs: count(({ condemned }) => condemned?.challenger === this.#around.account),
      open: all
        .filter(({ status }) => status === 'posted')
        .map(({ id, demands }) => {
          const judged: Judged = this.#judged.get(id) ?? { verdict: 'unjudged', why: 'not looked at yet' }
          return { id: `${id}`, demands: demands.size, ...judged }
        }),
    }
  }
}
