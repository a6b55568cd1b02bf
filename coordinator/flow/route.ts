import type { Choice } from '../../protocol/assignment.ts'
import type { Needs } from '../../protocol/capacity.ts'
import { keccak256 } from '../../protocol/hash.ts'
import { type Capacity, capable, shortOf } from './capacity.ts'
import { leastStake } from './deter.ts'
import { domainsOf, heldBack } from './hold-back.ts'
import { drawnWorth, type TrackRecord } from './reputation.ts'

/** The attempt that agents are wanted for. */
export interface Wish {
  readonly taskId: string
  readonly subtaskId: string
  readonly attempt: number
  readonly replicas: number
  /** Agents that failed this subtask before. */
  readonly failed: readonly string[]
  /** The least stake, as a share of the price in basis points: see `deter.ts`. Absent where none is asked. */
  readonly stakeBps?: number
  /** What an agent must commit to it; absent where that is nothing. */
  readonly needs?: Needs
}

/** An active agent that offers the skill. */
export interface Candidate {
  readonly agentId: string
  readonly domainId: string
  readonly wallet: Choice['wallet']
  readonly price: string
  readonly stake: string
  /** Assignments that it holds now. */
  readonly load: number
  /** Assignments that it takes at a time. */
  readonly places: number
  /** What settled tasks say of it; absent where nobody keeps count. */
  readonly reputation?: TrackRecord
  /** Why it is given no work for now where others can do it: see `hold-back.ts`. */
  readonly held?: string
  /** What it can commit and has; absent where nothing is needed. */
  readonly capacity?: Capacity
}

export interface Routing {
  readonly chosen: Choice[]
  readonly passedOver: { agentId: string; domainId: string; why: string }[]
}

/**
 * Step "route": who gets an attempt, or null when it has to wait for free places. Whoever's stake would not deter it from
 * lying is no candidate, nor is who can never commit what is needed. The others are scored, and taken best first, one a domain. As many domains are asked as there are,
 * up to the replicas, and it waits until each has a free place. Agents that failed this subtask before are asked only where there are no others: a retry goes elsewhere. Ties fall
 * by a hash of task, subtask and attempt, which nobody can bend without changing the task.
 */
export function route(wish: Wish, offered: readonly Candidate[]): Routing | null {
  const { candidates, passedOver } = able(wish, offered)
  const wanted = Math.min(wish.replicas, domainsOf(candidates))
  const free = eligible(wish, candidates, wanted).filter(each => isFree(wish, each))
  if (domainsOf(free) < wanted) return null
  const failed = new Set(wish.failed)
  const mayBeAsked = new Set(free)
  const draws = new Map<Candidate, string>()
  const drawOf = (candidate: Candidate) => {
    const drawn = draws.get(candidate) ?? draw(wish, candidate)
    draws.set(candidate, drawn)
    return drawn
  }
  const ranked = candidates
    .map(candidate => ({ candidate, ...score(wish, candidate, failed) }))
    .sort((a, b) => b.score - a.score || (drawOf(a.candidate) < drawOf(b.candidate) ? -1 : 1))
  const routing: Routing = { chosen: [], passedOver }
  const domains = new Set<string>()
  for (const { candidate, score, reasons } of ranked) {
    const { load, places, reputation: _, held: __, capacity, ...agent } = candidate
    const { agentId, domainId } = agent
    const short = shortOf(wish, candidate)
    if (load >= places) {
      routing.passedOver.push({ agentId, domainId, why: `has no free place, with ${load} at work` })
    } else if (short) {
      routing.passedOver.push({ agentId, domainId, why: short })
    } else if (domains.has(domainId)) {
      routing.passedOver.push({ agentId, domainId, why: 'its domain already has a replica' })
    } else if (routing.chosen.length === wish.replicas || !mayBeAsked.has(candidate)) {
      routing.passedOver.push({ agentId, domainId, why: `scored ${score}: ${reasons.join(', ')}` })
    } else {
      domains.add(domainId)
      routing.chosen.push({ ...agent, score, reasons, ...(capacity?.stated ? { capacity: capacity.stated } : {}) })
    }
  }
  return routing
}

/** Who can be given it at all, now or later, and who is passed over: for want of a stake or of resources, or held back. */
export function able(wish: Pick<Wish, 'stakeBps' | 'needs' | 'replicas'>, offered: readonly Candidate[]) {
  const staked = deterred(wish, offered)
  const fit = capable(wish, staked.candidates)
  const { candidates, passedOver } = heldBack(wish.replicas, fit.candidates)
  return { candidates, passedOver: [...staked.passedOver, ...fit.passedOver, ...passedOver] }
}

/** It has a place now, and what is needed. */
export function isFree(wish: Pick<Wish, 'needs'>, candidate: Candidate): boolean {
  return candidate.load < candidate.places && shortOf(wish, candidate) === null
}

/** Those with enough at stake, and who is passed over for want of it. */
function deterred({ stakeBps = 0 }: Pick<Wish, 'stakeBps'>, offered: readonly Candidate[]) {
  const candidates: Candidate[] = []
  const passedOver: Routing['passedOver'] = []
  for (const candidate of offered) {
    const { agentId, domainId, price, stake } = candidate
    const least = leastStake(BigInt(stakeBps), price)
    if (BigInt(stake) >= least) candidates.push(candidate)
    else {
      const [has, needs, reward] = [stake, `${least}`, price].map(amount => Number(amount) / 1e6)
      const why = `has ${has} at stake, less than the ${needs} that deter from a lie for a reward of ${reward}`
      passedOver.push({ agentId, domainId, why })
    }
  }
  return { candidates, passedOver }
}

/** Those who did not fail this subtask before, unless there are too few of them, however busy. */
export function eligible({ failed }: Wish, candidates: readonly Candidate[], wanted: number): readonly Candidate[] {
  if (failed.length === 0) return candidates
  const others = candidates.filter(({ agentId }) => !failed.includes(agentId))
  return domainsOf(others) < wanted ? candidates : others
}

/**
 * Stake, free hands and a good name speak for an agent, its price and its failures at this very subtask against it. A name
 * that is good beyond doubt is worth as much as the largest stake that counts; it is drawn from what is known, so that
 * who is new is tried now and then.
 */
function score(wish: Wish, candidate: Candidate, failedBefore: ReadonlySet<string>) {
  const price = Number(candidate.price) / 1e6
  const stake = Math.min(Number(candidate.stake) / 1e6, 10_000)
  const failed = failedBefore.has(candidate.agentId)
  const { reputation, domainId } = candidate
  const drawn = reputation ? Math.round(100 * drawnWorth(reputation, normal(wish, domainId))) : null
  const score = Math.round(stake / 100 - price / 10 - candidate.load * 10 + (drawn ?? 0) - (failed ? 10_000 : 0))
  const reasons = [`stake ${stake}`, `price ${price}`, `load ${candidate.load}`]
  if (drawn !== null) reasons.push(`reputation drawn at ${drawn} of 100`)
  return { score, reasons: failed ? [...reasons, 'failed this subtask before'] : reasons }
}

/** A standard normal number, near enough: twelve uniform ones summed, from a hash of what is in the log. */
function normal({ taskId, subtaskId, attempt }: Wish, domainId: string): number {
  const hash = keccak256(Buffer.from(`${taskId}/${subtaskId}/${attempt}/${domainId}/reputation`))
  let sum = -6
  for (let place = 0; place < 12; place++)
    sum += Number.parseInt(hash.slice(2 + place * 4, 6 + place * 4), 16) / 2 ** 16
  return sum
}

function draw({ taskId, subtaskId, attempt }: Wish, { agentId }: Candidate): string {
  return keccak256(Buffer.from(`${taskId}/${subtaskId}/${attempt}/${agentId}`))
}
