import type { SkillCard } from '../protocol/agent-card.ts'
import { nearest } from '../stack/nearest.ts'
import type { Directory, DirectoryAgent } from './directory.ts'
import { isFrozen } from './freezes.ts'

const NEAREST_SHOWN = 3

/** An active agent, and the skill of its card that was asked for. */
export interface SkillOffer {
  readonly agent: DirectoryAgent
  readonly skill: SkillCard
}

/**
 * The active agents that offer a skill, by agent id.
 *
 * @param wanted `forecast-threat@1`: name and major version
 */
export function matchSkill(directory: Directory, wanted: string): SkillOffer[] {
  return offersOf(directory)
    .filter(({ skill }) => skillReference(skill) === wanted)
    .sort((a, b) => (BigInt(a.agent.agentId) < BigInt(b.agent.agentId) ? -1 : 1))
}

/** The skills on offer whose names are most like the one wanted, best first: what a wrong template may have meant. */
export function nearestSkills(directory: Directory, wanted: string): string[] {
  const left = new Set(offersOf(directory).map(({ skill }) => skillReference(skill)))
  const found: string[] = []
  while (found.length < NEAREST_SHOWN && left.size > 0) {
    const next = nearest(wanted, [...left])!
    left.delete(next)
    found.push(next)
  }
  return found
}

/** How a plan asks for this skill: minor versions may be exchanged for one another, major ones not. */
export function skillReference({ name, version }: Pick<SkillCard, 'name' | 'version'>): string {
  return `${name}@${version.split('.')[0]}`
}

/** Every skill of every active agent whose card was shown, and that is not frozen. */
export function offersOf({ agents, cards, freezes }: Directory): SkillOffer[] {
  return [...agents.values()].flatMap(agent => {
    const card = agent.active && agent.cardHash && !isFrozen(freezes, agent) ? cards.get(agent.cardHash) : undefined
    return (card?.skills ?? []).map(skill => ({ agent, skill }))
  })
}
