import type { Directory } from '../../registry/directory.ts'
import { matchSkill, nearestSkills, offersOf } from '../../registry/match.ts'
import type { Offer, OfferOf } from '../flow/check/offer.ts'
import type { OfferedSkill } from './goal/vocabulary.ts'

/** What active agents offer for a skill, as plans are checked against it; each skill is looked up once. */
export function offerIn(directory: Directory): OfferOf {
  const known = new Map<string, Offer>()
  return skill => {
    const offer = known.get(skill) ?? look(directory, skill)
    known.set(skill, offer)
    return offer
  }
}

function look(directory: Directory, skill: string): Offer {
  const offers = matchSkill(directory, skill)
  const prices = offers.map(offer => BigInt(offer.skill.price))
  return {
    domains: new Set(offers.map(({ agent }) => agent.domainId)).size,
    highestPrice: prices.reduce((highest, price) => (price > highest ? price : highest), 0n),
    nearest: offers.length > 0 ? [] : nearestSkills(directory, skill),
    inputSchemas: offers.map(offer => offer.skill.inputSchema),
    outputSchemas: offers.map(offer => offer.skill.outputSchema),
  }
}

/** Skills that a plan may be made of, and what is offered for each by its `name@major`. */
export interface Offers {
  readonly skills: readonly OfferedSkill[]
  readonly offerOf: OfferOf
}

/** Those that active agents offer. */
export function offersIn(directory: Directory): Offers {
  return { skills: skillsIn(directory), offerOf: offerIn(directory) }
}

/** Every skill on offer, with who offers it. */
export function skillsIn(directory: Directory): OfferedSkill[] {
  return offersOf(directory).map(({ agent, skill }) => {
    const { name, description } = directory.cards.get(agent.cardHash!)!
    return { ...skill, provider: { name, description } }
  })
}
