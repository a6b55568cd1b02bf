import type { Choice, PassedOver } from '../../protocol/assignment.ts'
import type { Needs } from '../../protocol/capacity.ts'
import { type Candidate, standingOf } from './candidate.ts'
import { capable, shortOf } from './capacity.ts'
import { leastStake } from './deter.ts'
import { domainsOf, heldBack } from './hold-back.ts'
import { lotOf, partsOf, reasonsOf, type Scored, type Scoring, scoreOf } from './score.ts'

export type { Candidate } from './candidate.ts'

/** The attempt that agents are wanted for. */
export interface Wish extends Scoring {
  readonly replicas: number
  /** Domains that have a replica already. */
  readonly besides?: readonly string[]
  /** The least stake, as a share of the price in basis points: see `deter.ts`. Absent where none is asked. */
  readonly stakeBps?: number
  /** What an agent must commit to it; absent where that is nothing. */
  readonly needs?: Needs
  /** Agents that do not take what it gives, and why; absent where all do. */
  readonly unfit?: Readonly<Record<string, string>>
}

export interface Routing {
  readonly chosen: Choice[]
  /** Those that it listed, the best first, and how many it did not. */
  readonly passedOver: PassedOver[]
  readonly unlisted?: number
}

/** Of those passed over so many are told of: the choice is the same without any of them. */
export const mostListed = 32

/**
 * Step "route": who gets an attempt, or null when it has to wait for free places. Whoever's stake would not deter it from
 * lying is no candidate, nor is who can never commit what is needed. The others are scored (`score.ts`), and taken best
 * first, one a domain. As many domains are asked as there are, up to the replicas, and it waits until each has a free place.
 * Agents that failed this subtask before are asked only where there are no others: a retry goes elsewhere. Ties fall by lot,
 * from a seed that nobody who shaped the task knew. Whoever makes the choice again from what it lists of the candidates comes
 * to the same (`choose-again.ts`).
 */
export function route(wish: Wish, offered: readonly Candidate[]): Routing | null {
  const { candidates, passedOver: unable } = able(wish, offered)
  const wanted = Math.min(wish.replicas, domainsOf(candidates))
  const free = eligible(wish, candidates, wanted).filter(each => isFree(wish, each))
  if (domainsOf(free) < wanted) return null
  const mayBeAsked = new Set(free)
  const chosen: Choice[] = []
  const passedOver: PassedOver[] = []
  const domains = new Set<string>()
  for (const { candidate, score, parts } of ranked(wish, candidates)) {
    const known = standingOf(candidate)
    const { domainId, wallet, capacity } = candidate
    const short = shortOf(wish, candidate)
    if (!hasPlace(candidate)) passedOver.push({ ...known, score, why: whyBusy(candidate) })
    else if (short) passedOver.push({ ...known, score, why: short })
    else if (domains.has(domainId)) passedOver.push({ ...known, score, why: 'its domain already has a replica' })
    else if (chosen.length === wish.replicas) passedOver.push({ ...known, score, why: `scored ${score}` })
    else if (!mayBeAsked.has(candidate)) passedOver.push({ ...known, score, why: 'failed this subtask before' })
    else {
      domains.add(domainId)
      const stated = capacity?.stated ? { capacity: capacity.stated } : {}
      chosen.push({ ...known, wallet, score, reasons: reasonsOf(wish, candidate, parts), ...stated })
    }
  }
  return { chosen, ...listed([...passedOver, ...unable]) }
}

/** The best first. */
export function ranked<C extends Scored>(wish: Scoring, candidates: readonly C[]) {
  const lots = new Map<C, string>()
  const lot = (candidate: C) => {
    const drawn = lots.get(candidate) ?? lotOf(wish, candidate)
    lots.set(candidate, drawn)
    return drawn
  }
  return candidates
    .map(candidate => {
      const parts = partsOf(wish, candidate)
      return { candidate, parts, score: scoreOf(parts) }
    })
    .sort((a, b) => b.score - a.score || (lot(a.candidate) < lot(b.candidate) ? -1 : 1))
}

type Able = Pick<Wish, 'stakeBps' | 'needs' | 'replicas' | 'unfit' | 'besides'>

/** Who can be given it at all, now or later, and who is passed over: for want of a stake or of resources, or held back. */
export function able(wish: Able, offered: readonly Candidate[]) {
  const { besides = [] } = wish
  const others = offered.filter(({ domainId }) => !besides.includes(domainId))
  const twice = offered
    .filter(({ domainId }) => besides.includes(domainId))
    .map((candidate): PassedOver => ({ ...standingOf(candidate), why: 'its domain already has a replica' }))
  const taking = fitting(wish, others)
  const staked = deterred(wish, taking.candidates)
  const fit = capable(wish, staked.candidates)
  const { candidates, passedOver } = heldBack(wish.replicas, fit.candidates)
  const unfit = [...fit.passedOver, ...passedOver].map(
    ({ candidate, why }): PassedOver => ({ ...standingOf(candidate), why }),
  )
  return { candidates, passedOver: [...taking.passedOver, ...staked.passedOver, ...unfit, ...twice] }
}

/** It has a place now, and what is needed. */
export function isFree(wish: Pick<Wish, 'needs'>, candidate: Candidate): boolean {
  return hasPlace(candidate) && shortOf(wish, candidate) === null
}

/** Those that take what it gives, and who is passed over because it does not. */
function fitting({ unfit = {} }: Pick<Wish, 'unfit'>, offered: readonly Candidate[]) {
  const passedOver = offered.flatMap(candidate => {
    const why = unfit[candidate.agentId]
    return why === undefined ? [] : [{ ...standingOf(candidate), why }]
  })
  return { candidates: offered.filter(({ agentId }) => unfit[agentId] === undefined), passedOver }
}

/** Those with enough at stake, and who is passed over for want of it. */
function deterred({ stakeBps = 0 }: Pick<Wish, 'stakeBps'>, offered: readonly Candidate[]) {
  const candidates: Candidate[] = []
  const passedOver: PassedOver[] = []
  for (const candidate of offered) {
    const { price, stake } = candidate
    const least = leastStake(BigInt(stakeBps), price)
    if (BigInt(stake) >= least) candidates.push(candidate)
    else {
      const [has, needs, reward] = [stake, `${least}`, price].map(amount => Number(amount) / 1e6)
      const why = `has ${has} at stake, less than the ${needs} that deter from a lie for a reward of ${reward}`
      passedOver.push({ ...standingOf(candidate), why })
    }
  }
  return { candidates, passedOver }
}

/** Whether there is none who could be asked, however long it waits. */
export function hasNobody(wish: Able, offered: readonly Candidate[]): boolean {
  return able(wish, offered).candidates.length === 0
}

/** Those who did not fail this subtask before, unless there are too few of them, however busy. */
export function eligible(
  { failed }: Pick<Wish, 'failed'>,
  candidates: readonly Candidate[],
  wanted: number,
): readonly Candidate[] {
  if (failed.length === 0) return candidates
  const others = candidates.filter(({ agentId }) => !failed.includes(agentId))
  return domainsOf(others) < wanted ? candidates : others
}

export function hasPlace({ load, kept = 0, places }: Pick<Candidate, 'load' | 'kept' | 'places'>): boolean {
  return load + kept < places
}

function whyBusy({ load, places }: Candidate): string {
  return load < places ? 'its free places are kept for other work' : `has no free place, with ${load} at work`
}

function listed(all: readonly PassedOver[]): Pick<Routing, 'passedOver' | 'unlisted'> {
  const unlisted = all.length - mostListed
  return { passedOver: all.slice(0, mostListed), ...(unlisted > 0 ? { unlisted } : {}) }
}
