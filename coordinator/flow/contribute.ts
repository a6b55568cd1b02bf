import { type Halt, haltsOf, type Subtask } from '../../protocol/plan.ts'
import type { Contribution } from '../../protocol/settlement.ts'
import { childrenOf } from './expand.ts'
import { hasEnded } from './progress.ts'
import { type CoalitionValue, shapley } from './shapley.ts'
import type { Task } from './state.ts'

/**
 * What each agent's work was worth to the outcome: its Shapley value in the game whose coalitions are worth the weights
 * of the subtasks that they would have brought to the end without the others. A subtask is brought to the end when as
 * many of its accepted agents are in the coalition as its quorum asks, and all that it waits for is brought to the end
 * too. What nobody worked on (skipped, waited for, asked of a person, gathered from a list's items) weighs nothing, and is reached with what
 * it waits for. Everything needed is in the task's own events; nothing is imagined.
 */
export function contributionOf(task: Task): Contribution {
  const { agents, worthOf } = gameOf(task)
  const { shares, whole } = shapley(agents.length, worthOf, task.taskId)
  return {
    whole: whole.toString(),
    shares: agents.map((agentId, player) => ({ agentId, share: shares[player]!.toString() })),
  }
}

/** The game itself: player k is the k-th agent, in ascending order of their numbers. */
export function gameOf(task: Task): { readonly agents: readonly string[]; readonly worthOf: CoalitionValue } {
  const steps = stepsOf(task)
  const agents = [...new Set(steps.flatMap(({ accepted }) => accepted))].sort(byNumber)
  const playerOf = new Map(agents.map((agentId, player) => [agentId, player]))
  const games = steps.map(step => ({ ...step, players: step.accepted.map(agentId => playerOf.get(agentId)!) }))
  const worthOf: CoalitionValue = isMember => {
    const reached = new Set<string>()
    let value = 0n
    for (const { id, after, needed, players, weight } of games) {
      if (players.filter(isMember).length < needed || !after.every(before => reached.has(before))) continue
      reached.add(id)
      value += weight
    }
    return value
  }
  return { agents, worthOf }
}

interface Step {
  readonly id: string
  readonly after: readonly string[]
  readonly weight: bigint
  readonly accepted: readonly string[]
  readonly needed: number
}

/** The ended subtasks, each after all that it waits for; what waits for something that was never completed counts for nothing. */
function stepsOf(task: Task): Step[] {
  const ended = linkedNodes(task).filter(({ id }) => hasEnded(task.subtasks.get(id)))
  const nodes = new Map(ended.map(node => [node.id, node] as const))
  const steps: Step[] = []
  const placed = new Map<string, boolean>()
  const isPlaced = (id: string): boolean => {
    const known = placed.get(id)
    if (known !== undefined) return known
    // Until all before it are: what waited for itself would never be.
    placed.set(id, false)
    const node = nodes.get(id)
    if (!node?.after.every(isPlaced)) return false
    placed.set(id, true)
    return steps.push(stepOf(task, node)) > 0
  }
  for (const { id } of ended) isPlaced(id)
  return steps
}

type Link = Pick<Subtask, 'id' | 'after'>

/** Every node of the plan; one over a list comes after the list's items. */
function linkedNodes(task: Task): (Subtask | Halt | Link)[] {
  const { subtasks = [] } = task.plan ?? {}
  const linked = subtasks.map((subtask): Subtask | Link =>
    subtask.forEach
      ? { id: subtask.id, after: [...subtask.after, ...childrenOf(task, subtask.id).map(({ id }) => id)] }
      : subtask,
  )
  return [...linked, ...(task.plan ? haltsOf(task.plan) : [])]
}

function stepOf(task: Task, node: Subtask | Halt | Link): Step {
  const { id, after } = node
  const accepted = acceptedOf(task, id)
  if (!('quorum' in node) || task.subtasks.get(id)!.phase === 'skipped')
    return { id, after, weight: 0n, accepted, needed: 0 }
  const { quorum, weight } = node
  return { id, after, weight: BigInt(weight), accepted, needed: Math.min(quorum, accepted.length) }
}

export function acceptedOf(task: Task, subtaskId: string): readonly string[] {
  return task.subtasks.get(subtaskId)?.verdict?.accepted ?? []
}

/** Agent ids are decimal numbers of up to 78 digits. */
export function byNumber(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0)
}
