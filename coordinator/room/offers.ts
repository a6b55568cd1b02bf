import { concurrencyOf } from '../../protocol/agent-card.ts'
import type { CapacityStatement } from '../../protocol/capacity.ts'
import type { Directory } from '../../registry/directory.ts'
import { matchSkill, type SkillOffer, skillReference } from '../../registry/match.ts'
import type { Statements } from './statements.ts'

/** Who offers a skill, and how many assignments each takes at a time; made once for each state of the directory. */
export class Offers {
  readonly #directory: () => Directory
  readonly #statements: Statements
  #bySkill = new Map<string, readonly SkillOffer[]>()

  constructor(directory: () => Directory, statements: Statements = { of: () => undefined }) {
    this.#directory = directory
    this.#statements = statements
  }

  /** The directory has changed. */
  renew(): void {
    this.#bySkill = new Map()
  }

  of(skill: string): readonly SkillOffer[] {
    const known = this.#bySkill.get(skill) ?? matchSkill(this.#directory(), skill)
    this.#bySkill.set(skill, known)
    return known
  }

  placesOf({ agent }: SkillOffer): number {
    const card = this.#directory().cards.get(agent.cardHash!)
    return card ? concurrencyOf(card) : 0
  }

  /** What an agent can commit now: its own last word, by the wallet that the chain has for it; null where there is none. */
  capacityOf({ agent }: SkillOffer, nowMs: number): CapacityStatement | null {
    const { statement, signer } = this.#statements.of(agent.agentId) ?? {}
    return statement && signer === agent.wallet && statement.validUntilMs > nowMs ? statement : null
  }

  /** All that an agent offers. */
  skillsOf(agentId: string): string[] {
    const { agents, cards } = this.#directory()
    const hash = agents.get(agentId)?.cardHash
    return (hash ? (cards.get(hash)?.skills ?? []) : []).map(skillReference)
  }
}
