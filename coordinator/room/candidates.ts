import type { Needs } from '../../protocol/capacity.ts'
import type { SkillOffer } from '../../registry/match.ts'
import type { Capacity } from '../flow/capacity.ts'
import type { Wanted } from '../flow/demand.ts'
import type { Candidate } from '../flow/route.ts'
import type { Held } from './held.ts'
import type { Offers } from './offers.ts'
import type { TrackRecords } from './track-records.ts'

/** What an agent holds beside what the room counts, and what is kept of its for others. */
export interface More {
  readonly load: number
  readonly kept: number
  readonly units?: (resource: string) => number
}

/** What is known of agents beside what they hold. */
export interface Known {
  readonly offers: Offers
  readonly records: TrackRecords
  /** Why an agent is given no work for now where others can do it; null where nothing is said against it. */
  readonly whyHeld?: (agentId: string) => string | null
}

/** Who offers a skill and may be given this, and what each of them holds besides. */
export function candidatesFor(
  { skill, domains, needs }: Pick<Wanted, 'skill' | 'domains' | 'needs'>,
  { offers, records, whyHeld = () => null }: Known,
  held: Held,
  more: (agentId: string) => More,
): Candidate[] {
  const mayHave = offers.of(skill).filter(({ agent }) => domains?.includes(agent.domainId!) ?? true)
  return mayHave.map(offer => {
    const { agentId, domainId, wallet, stake } = offer.agent
    const { load, kept, units } = more(agentId)
    const why = whyHeld(agentId)
    return {
      agentId,
      domainId: domainId!,
      wallet: wallet!,
      price: offer.skill.price,
      stake: stake.toString(),
      load: held.loadOf(agentId) + load,
      places: offers.placesOf(offer),
      ...(kept > 0 ? { kept } : {}),
      ...(why === null ? {} : { held: why }),
      ...(needs ? { capacity: capacityOf(offer, needs, offers, held, units) } : {}),
      ...records.of(skill, agentId, domainId!),
    }
  })
}

function capacityOf(offer: SkillOffer, needs: Needs, offers: Offers, held: Held, more: More['units']): Capacity {
  const { agentId } = offer.agent
  const units = Object.keys(needs).map(name => [name, held.unitsOf(agentId, name) + (more?.(name) ?? 0)] as const)
  return { stated: offers.capacityOf(offer, Date.now()), held: Object.fromEntries(units) }
}
