import type { TaskEventOf } from '../../../../protocol/events.ts'
import { type Brings, goldFor } from './asking-gold.ts'
import * as message from './messages.ts'
import type { NodeBelief } from './node-belief.ts'
import type { Message, World } from './world.ts'

export const agents = ['1', '2', '3', '4', '5', '12']

/** Work on a node for as many agents as it asks for, or fewer. */
export function asking(
  { task }: World,
  node: NodeBelief,
  {
    from = 0,
    fewer = 0,
    ahead = 0,
    price = '1000',
    brought = 'it',
  }: { from?: number; fewer?: number; ahead?: number; price?: string; brought?: Brings },
): Message {
  const wanted = Math.max((node.isGrowing ? 1 : node.work!.replicas) - fewer, 0)
  const others = agents.filter(agent => !node.isGrowing || !node.asked.has(agent))
  const chosen = [...others, ...others].slice(from % others.length).slice(0, wanted)
  const attempt = Math.max(node.attempts + 1 + ahead, 1)
  return {
    ...message.assignment({ subtaskId: node.id, attempt, agents: chosen, price }),
    ...goldFor(task, node, brought),
  }
}

/** The attempt that is open, or was the last. */
export function lastAsked({ history }: World, { id }: NodeBelief): TaskEventOf<'SubtaskAssigned'> | undefined {
  const last = history.findLast(event => event.type === 'SubtaskAssigned' && event.subtaskId === id)
  return last as TaskEventOf<'SubtaskAssigned'> | undefined
}
