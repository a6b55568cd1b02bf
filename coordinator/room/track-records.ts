import type { Parameters } from '../../protocol/consortium.ts'
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
 * times in the log. It is held in memory: two numbers for each agent, domain and skill that is not forgotten, and three for
 * each domain that had tasks done in this epoch.
 */
export class TrackRecords {
  readonly #rules: Parameters
  readonly #epochMs: number
  #epoch = 0
  #before: Reputations = new Map()
  #sources: Sources = new Map()
  /** This epoch's sources, by whose tallies they add to. */
  #about = new Map<string, Set<Source>>()
  #tookMs = new Map<string, number>()
  readonly #tallies = new Map<string, Tally>()

  constructor(rules: Parameters) {
    this.#rules = rules
    this.#epochMs = 1_000 * Math.max(1, rules['reputation-epoch-seconds'])
  }

  /** A settled task was proven. */
  take({ atMs, by, of }: Deeds): void {
    // Clocks of coordinators differ a little: no epoch comes again.
    this.#enter(Math.max(this.#epoch, Math.floor(atMs / this.#epochMs)))
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

  #enter(epoch: number): void {
    const passed = this.#epoch === 0 ? 0 : Math.min(epoch - this.#epoch, mostEpochs)
    this.#epoch = epoch
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
