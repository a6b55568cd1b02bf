import type { FollowedDirectory } from '../../registry/follow-directory.ts'
import type { Naming } from './subtask-lines.ts'

/** What agents are called, by the directory as it is when one is asked for. */
export function namingOf({ directory }: { readonly directory: Pick<FollowedDirectory, 'current'> }): Naming {
  return agentId => {
    const { agents, cards } = directory.current()
    const agent = agents.get(agentId)
    const card = agent?.cardHash ? cards.get(agent.cardHash) : undefined
    return { name: card?.name ?? `agent ${agentId}`, domainId: agent?.domainId ?? '' }
  }
}
