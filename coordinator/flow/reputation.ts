import type { Parameters } from '../../protocol/consortium.ts'
import { paidForGold } from './gold-attempt.ts'
import { chosenOf } from './grow.ts'
import type { Task } from './state.ts'

/** What a settled task says of an agent's work at one subtask. */
export interface Word {
  readonly agentId: string
  /** Its domain, when it was given the work. */
  readonly domainId: string
  /** `forecast-threat@1` */
  readonly skill: string
  readonly good: boolean
  /** Told by an answer that was known beforehand, and not by other agents, who may be in league. */
  readonly gold?: true
  /** The requesting domain; null of a task that a response plan opened. */
  readonly by: string | null
}

/** Words for and against, faded by age. */
export interface Tally {
  readonly good: number
  readonly bad: number
}

/** Of a candidate for a skill: its own words, and those of all agents of its domain. */
export interface TrackRecord {
  readonly own: Tally
  readonly domain: Tally
}

/** By skill, of agents and of domains; pass it to `recordOf`. */
export type Reputations = ReadonlyMap<string, Tally>

export const nothing: Tally = { good: 0, bad: 0 }

const gold = { gold: true } as const

/** The words of a settled task, and of no other: whose results stand, and every fault that was fined. */
export function wordsOf(task: Task): Word[] {
  return task.settled ? wordsIn(task) : []
}

/** What those are going to be, of a task whose settlement is computed. */
export function wordsIn(task: Task): Word[] {
  const by = task.submitted!.requester.domainId
  return [...task.subtasks.values()].flatMap(progress => {
    const { assigned, verdict, phase, faults } = progress
    if (!assigned) return []
    const { skill } = assigned
    const accepted = phase === 'completed' ? (verdict?.accepted ?? []) : []
    const paid = chosenOf(progress).filter(({ agentId }) => accepted.includes(agentId))
    return [
      ...paid.map(({ agentId, domainId }) => ({ agentId, domainId, skill, good: true, by })),
      ...paidForGold(progress).map(({ agentId, domainId }) => ({ agentId, domainId, skill, good: true, by, ...gold })),
      ...faults.map(each => {
        const { agentId, domainId } = each
        return { agentId, domainId, skill, good: false, by, ...(each.gold ? gold : {}) }
      }),
    ]
  })
}

/** What one requesting domain said of an agent at a skill in an epoch: how many words, and what they weigh. */
export interface Source extends Pick<Word, 'agentId' | 'domainId' | 'skill' | 'by'> {
  words: number
  good: number
  bad: number
}

/** By source; add to it with `note`. */
export type Sources = Map<string, Source>

/** Counts a word among its source's, and gives that; null where a domain speaks of its own agents. */
export function note(sources: Sources, word: Word, rules: Parameters): Source | null {
  const { agentId, domainId, skill, good, gold, by } = word
  if (by !== null && by === domainId) return null
  const key = `${by ?? ''}/${agentKey(skill, agentId)}`
  const source = sources.get(key) ?? { agentId, domainId, skill, by, words: 0, good: 0, bad: 0 }
  sources.set(key, source)
  source.words++
  source[good ? 'good' : 'bad'] += gold ? rules['reputation-gold-weight-count'] : 1
  return source
}

/** What counts of it: cut to the cap, with the proportion kept. */
export function saidBy({ words, good, bad }: Source, rules: Parameters): Tally {
  const kept = Math.min(1, rules['reputation-source-cap-count'] / words)
  return { good: good * kept, bad: bad * kept }
}

/** Whose tallies a source adds to: the agent's, and its domain's. */
export function keysOf({ skill, agentId, domainId }: Pick<Word, 'agentId' | 'domainId' | 'skill'>): [string, string] {
  return [agentKey(skill, agentId), domainKey(skill, domainId)]
}

/**
 * What an epoch's words make of the reputations before it: all fades, then the new ones are added. A domain's word on its
 * own agents counts for nothing, and no domain adds more than so many to an agent's in an epoch, however many tasks it pays.
 * A word by gold weighs more: agents in league can outvote an honest one, and give it a bad name, but they cannot bend gold.
 * Words are counted before they are weighed, so their order does not matter.
 */
export function reputationsAfter(before: Reputations, words: readonly Word[], rules: Parameters): Reputations {
  const sources: Sources = new Map()
  for (const word of words) note(sources, word, rules)
  return afterEpoch(before, sources, rules)
}

export function afterEpoch(before: Reputations, sources: Sources, rules: Parameters): Reputations {
  const after = new Map([...before].map(([key, tally]) => [key, faded(tally, rules)]))
  for (const [, source] of [...sources].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const said = saidBy(source, rules)
    for (const key of keysOf(source)) after.set(key, sum(after.get(key) ?? nothing, said))
  }
  return after
}

export function faded({ good, bad }: Tally, rules: Parameters): Tally {
  const decay = rules['reputation-decay-bps'] / 10_000
  return { good: good * decay, bad: bad * decay }
}

export function sum(a: Tally, b: Tally): Tally {
  return { good: a.good + b.good, bad: a.bad + b.bad }
}

export function recordOf(reputations: Reputations, skill: string, agentId: string, domainId: string): TrackRecord {
  return {
    own: reputations.get(agentKey(skill, agentId)) ?? nothing,
    domain: reputations.get(domainKey(skill, domainId)) ?? nothing,
  }
}

/**
 * How an agent stands, from the floor to 1: the mean of a Beta distribution (A. Jøsang and R. Ismail, The Beta Reputation
 * System, 2002), no higher than its domain's. Nobody stands below a newcomer, for whoever did would come again as one.
 */
export function scoreOf({ own, domain }: TrackRecord, rules: Parameters): number {
  return Math.max(rules['reputation-floor-bps'] / 10_000, Math.min(meanOf(own), meanOf(domain)))
}

/**
 * What an agent may be worth, for one choice: a draw from the normal distribution with the mean and variance of its Beta, so
 * that of whom little is known is tried now and then (W. Thompson, On the Likelihood that One Unknown Probability Exceeds
 * Another, 1933). All agents of a domain share one draw, and none goes above what its domain draws: to come as many, or to
 * come again, gains nothing.
 *
 * @param z a standard normal number, the same for the whole domain
 */
export function drawnWorth({ own, domain }: TrackRecord, z: number): number {
  const drawn = Math.min(meanOf(own) + z * deviationOf(own), meanOf(domain) + z * deviationOf(domain))
  return Math.min(1, Math.max(0, drawn))
}

function meanOf({ good, bad }: Tally): number {
  return (good + 1) / (good + bad + 2)
}

/** Only sums, products and a root: every engine finds the same. */
function deviationOf({ good, bad }: Tally): number {
  const [a, b] = [good + 1, bad + 1]
  return Math.sqrt((a * b) / ((a + b) * (a + b) * (a + b + 1)))
}

const agentKey = (skill: string, agentId: string) => `agent/${skill}/${agentId}`
const domainKey = (skill: string, domainId: string) => `domain/${skill}/${domainId}`
