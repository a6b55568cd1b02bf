import type { ParameterKey, Parameters } from '../../protocol/consortium.ts'
import type { Period } from '../../registry/chain-parameters.ts'
import type { Deeds } from '../flow/deeds.ts'
import {
  afterEpoch,
  faded,
  keysOf,
  note,
  nothing,
  type Reputations,
  type Source,
  type Sources,
  saidBy,
  sum,
  type Tally,
  type TrackRecord,
  type Word,
} from '../flow/reputation.ts'

/** How much the latest task counts in what an agent takes. */
const latestShare = 0.2
/** So few words, and what is known of time with them, are forgotten: nobody stands otherwise for want of them. */
const forgottenBelow = 0.01

/** After so many epochs without a word what is left fades no further. */
const mostEpochs = 1_000

/** The parameters that are rules of reputation. */
export const reputationKeys: readonly ParameterKey[] = [
  'reputation-decay-bps',
  'reputation-epoch-seconds',
  'reputation-floor-bps',
  'reputation-gold-weight-count',
  'reputation-source-cap-count',
]

/** What is known of a candidate, from settled tasks alone. */
export interface Known {
  readonly reputation: TrackRecord
  readonly tookMs?: number
}

/**
 * The track record of every agent at every skill: a fold of the last entries of settled tasks, in the order of the log.
 * Every coordinator reads the same ones in the same order, whenever it was started, and knows the same of everybody.
 *
 * What is known in an epoch is what the epoch's end would make of its words so far (`reputation.ts`); epochs are told by the
 * times in the log. Where the consortium changes a rule, the epoch under way ends there, and epochs are counted from there:
 * an epoch has one set of rules. It is held in memory: two numbers for each agent, domain and skill that is not forgotten, and three for
 * each domain that had tasks done in this epoch.
 */
export class TrackRecords {
  readonly #periods: () => readonly Period[]
  #period: Period
  #epoch = 0
  #before: Reputations = new Map()
  #sources: Sources = new Map()
  /** This epoch's sources, by whose tallies they add to. */
  #about = new Map<string, Set<Source>>()
  #tookMs = new Map<string, number>()
  readonly #tallies = new Map<string, Tally>()

  /** @param periods the rules as they change in time; the first period begins with time */
  constructor(periods: () => readonly Period[]) {
    this.#periods = periods
    this.#period = periods()[0]!
  }

  /** A settled task was proven. */
  take({ atMs, by, of }: Deeds): void {
    this.#enter(atMs)
    for (const { good, bad, tookMs, gold: [known, knownBad] = [0, 0], ...who } of of) {
      for (let each = 0; each < good + bad; each++) {
        const isKnown = each < good ? each < known : each < good + knownBad
        this.#note({ ...who, good: each < good, by, ...(isKnown ? { gold: true } : {}) })
      }
      // Of time, as in words, a domain's say on its own agents counts for nothing.
      if (tookMs !== undefined && by !== who.domainId) this.#time(keysOf(who)[0], tookMs)
    }
  }

  of(skill: string, agentId: string, domainId: string): Known {
    const [own, domain] = keysOf({ skill, agentId, domainId })
    const tookMs = this.#tookMs.get(own)
    const reputation = { own: this.#tally(own), domain: this.#tally(domain) }
    return { reputation, ...(tookMs === undefined ? {} : { tookMs: Math.round(tookMs) }) }
  }

  #note(word: Word): void {
    const source = note(this.#sources, word, this.#rules)
    if (!source) return
    for (const key of keysOf(source)) {
      this.#about.set(key, (this.#about.get(key) ?? new Set()).add(source))
      this.#tallies.delete(key)
    }
  }

  #time(key: string, tookMs: number): void {
    const before = this.#tookMs.get(key)
    this.#tookMs.set(key, before === undefined ? tookMs : before + (tookMs - before) * latestShare)
  }

  /** To a thousandth of a word: it is written down with every choice. */
  #tally(key: string): Tally {
    const known = this.#tallies.get(key)
    if (known) return known
    const [before, about] = [this.#before.get(key), this.#about.get(key)]
    if (!before && !about) return nothing
    const said = [...(about ?? [])].map(source => saidBy(source, this.#rules))
    const { good, bad } = said.reduce(sum, faded(before ?? nothing, this.#rules))
    const tally = { good: rounded(good), bad: rounded(bad) }
    this.#tallies.set(key, tally)
    return tally
  }

  get #rules(): Parameters {
    return this.#period.parameters
  }

  #enter(atMs: number): void {
    for (const period of this.#periods()) {
      if (period.fromMs <= this.#period.fromMs) continue
      if (period.fromMs > atMs) break
      this.#pass(period.fromMs)
      this.#endEpoch()
      this.#period = period
      this.#epoch = 0
    }
    this.#pass(atMs)
  }

  #pass(atMs: number): void {
    const { fromMs, parameters } = this.#period
    const epochMs = 1_000 * Math.max(1, parameters['reputation-epoch-seconds'])
    const epoch = Math.floor((atMs - fromMs) / epochMs)
    // Clocks of coordinators differ a little: no epoch comes again.
    const passed = Math.max(0, Math.min(epoch - this.#epoch, mostEpochs))
    this.#epoch = Math.max(this.#epoch, epoch)
    for (let each = 0; each < passed && this.#before.size + this.#sources.size > 0; each++) this.#endEpoch()
  }

  #endEpoch(): void {
    const after = afterEpoch(this.#before, this.#sources, this.#rules)
    this.#before = new Map([...after].filter(([, { good, bad }]) => good + bad >= forgottenBelow))
    this.#tookMs = new Map([...this.#tookMs].filter(([key]) => this.#before.has(key)))
    this.#sources = new Map()
    this.#about = new Map()
    this.#tallies.clear()
  }
}

function rounded(words: number): number {
  return Math.round(words * 1_000) / 1_000
}
