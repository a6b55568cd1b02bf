import { onceFor } from '../../protocol/once-for.ts'
import { type Halt, haltsOf, type Plan, type Subtask } from '../../protocol/plan.ts'

export type Node = Subtask | Halt

/** A plan's nodes, found by id. */
interface PlanIndex {
  readonly subtasks: ReadonlyMap<string, Subtask>
  /** All of them, by id, in their order. */
  readonly all: ReadonlyMap<string, Node>
  /** What waits for each. */
  readonly followers: ReadonlyMap<string, readonly Node[]>
}

/** Asked of a plan at every entry of its task's log. */
export const indexOf = onceFor((plan: Plan): PlanIndex => {
  const nodes: readonly Node[] = [...plan.subtasks, ...haltsOf(plan)]
  const followers = new Map<string, Node[]>()
  for (const node of nodes) {
    for (const before of node.after) {
      const others = followers.get(before)
      if (others) others.push(node)
      else followers.set(before, [node])
    }
  }
  const byId = <T extends Node>(all: readonly T[]) => new Map(all.map(node => [node.id, node] as const))
  return { subtasks: byId(plan.subtasks), all: byId(nodes), followers }
})

export function isSubtask(node: Node): node is Subtask {
  return 'skill' in node
}
