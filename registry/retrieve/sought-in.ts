import type { Directory } from '../directory.ts'
import { offersOf } from '../match.ts'
import type { Sought } from './sought.ts'

/** The skills on offer, each by its agent, name and full version: `7/forecast-threat@1.2.0`. */
export function soughtIn(directory: Directory): Sought[] {
  return offersOf(directory).map(({ agent: { agentId, cardHash }, skill: { name, version, description } }) => {
    const { name: agentName, description: ofAgent } = directory.cards.get(cardHash!)!
    const id = `${agentId}/${name}@${version}`
    return { id, name, description, provider: { name: agentName, description: ofAgent } }
  })
}
