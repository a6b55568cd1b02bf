import { mostTag, type Rating } from '../../protocol/settlement.ts'
import { byNumber } from './contribute.ts'
import { wordsIn } from './reputation.ts'
import type { Task } from './state.ts'

/**
 * What ERC-8004's reputation registry is to be told of a task: of each agent the share of its words that are good. A domain
 * says nothing of its own agents.
 */
export function ratingsOf(task: Task): Rating[] {
  const words = wordsIn(task).filter(({ by, domainId }) => by === null || by !== domainId)
  const agents = [...new Set(words.map(({ agentId }) => agentId))].sort(byNumber)
  return agents.map(agentId => {
    const own = words.filter(word => word.agentId === agentId)
    const score = Math.floor((100 * own.filter(({ good }) => good).length) / own.length)
    const skills = [...new Set(own.map(({ skill }) => skill))]
    return { agentId, score, tag: skills.length === 1 && skills[0]!.length <= mostTag ? skills[0]! : '' }
  })
}
