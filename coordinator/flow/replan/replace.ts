import { haltsOf, type Plan } from '../../../protocol/plan.ts'
import { maxNodes } from '../check/laid.ts'
import { longestChain } from '../check/limits.ts'
import { childId, idsInCycle, maxIdLength } from '../check/structure.ts'
import { undoId } from '../compensate.ts'
import { hasEnded } from '../progress.ts'
import type { Task } from '../state.ts'

type Node = Plan['subtasks'][number] | ReturnType<typeof haltsOf>[number]

/** What comes instead of the rest of a plan. */
export interface Rest extends Pick<Plan, 'subtasks' | 'waits' | 'asks' | 'output'> {
  /** Nodes that have not ended, and go on as they were planned. */
  readonly keep: readonly string[]
}

/**
 * The plan with another rest: what has ended stays as it is, what is kept goes on, and all else is given up. Its template,
 * parameters and other fallbacks are what they were.
 */
export function replaceRest({ plan, subtasks }: Task, { keep, output, ...rest }: Rest): Plan {
  const kept = new Set(keep)
  const stays = ({ id }: { readonly id: string }) => {
    const progress = subtasks.get(id)!
    return hasEnded(progress) || kept.has(id) || (progress.part !== null && kept.has(progress.part.of))
  }
  const { waits = [], asks = [], subtasks: work, ...whole } = plan!
  const allWaits = [...waits.filter(stays), ...(rest.waits ?? [])]
  const allAsks = [...asks.filter(stays), ...(rest.asks ?? [])]
  const { waits: _, asks: __, ...bare } = { waits, asks, ...whole }
  return {
    ...bare,
    subtasks: [...work.filter(stays), ...rest.subtasks],
    ...(allWaits.length > 0 ? { waits: allWaits } : {}),
    ...(allAsks.length > 0 ? { asks: allAsks } : {}),
    output,
  }
}

/**
 * Why a rest cannot replace that of this task now. The rules are those of any plan; what only the directory knows (offers,
 * prices, schemas) was checked before it got here.
 * @returns what is wrong, in words
 */
export function restFaults(task: Task, rest: Rest, atMs: number): string[] {
  const { plan, subtasks } = task
  const planned = new Set([...plan!.subtasks, ...haltsOf(plan!)].map(({ id }) => id))
  const made = replaceRest(task, rest)
  const nodes: readonly Node[] = [...made.subtasks, ...haltsOf(made)]
  const there = new Set(nodes.map(({ id }) => id))
  const faults = [
    ...rest.keep.flatMap(id => keepFaults(task, planned, rest.keep, id)),
    ...nameFaults(task, [...rest.subtasks, ...haltsOf(rest)]),
    ...nodes.flatMap(({ id, after }) =>
      after
        .filter(before => !there.has(before))
        .map(before => `${id} waits for ${before}, which is not in the new plan`),
    ),
    ...(nodes.length > maxNodes ? [`${nodes.length} nodes are more than ${maxNodes}`] : []),
  ]
  if (faults.length > 0) return faults
  const cycle = idsInCycle(nodes)
  if (cycle.length > 0) return [`${cycle.join(', ')} wait for one another`]
  const left = nodes.filter(({ id }) => !hasEnded(subtasks.get(id)))
  const leftIds = new Set(left.map(({ id }) => id))
  const open = left.map(node => ({ ...node, after: node.after.filter(id => leftIds.has(id)) }))
  const { longestMs, chain } = longestChain(open)
  const leftMs = task.submitted!.deadlineMs - atMs
  return longestMs <= leftMs
    ? []
    : [`what is left may take ${longestMs} ms, ${leftMs} ms are left (${chain.join(', ')})`]
}

function keepFaults({ subtasks }: Task, planned: ReadonlySet<string>, keep: readonly string[], id: string): string[] {
  const progress = subtasks.get(id)
  if (!planned.has(id) || !progress) return [`there is no ${id} in the plan to keep`]
  if (progress.part && !hasEnded(progress) && !keep.includes(progress.part.of)) {
    return [`${id} is an item of ${progress.part.of}, and goes on with all of it alone`]
  }
  const parts = [...subtasks.values()].filter(({ part }) => part?.of === id)
  return [progress, ...parts].some(({ phase }) => phase === 'failed') ? [`${id} has failed, and cannot be kept`] : []
}

/** An id is never used again: what agents signed of the old node would be taken for the new one's. */
function nameFaults({ subtasks }: Task, added: readonly Node[]): string[] {
  const used = new Set(subtasks.keys())
  return added.flatMap(node => {
    const items = 'forEach' in node && node.forEach ? node.forEach.max : 0
    const all = [node.id, undoId(node.id), ...Array.from({ length: items }, (_, place) => childId(node.id, place))]
    const faults = all.filter(id => used.has(id)).map(id => `${id} was an id of this task before`)
    const long = all.filter(id => id !== undoId(node.id) && id.length > maxIdLength)
    for (const id of all) used.add(id)
    return [...faults, ...long.map(id => `${id} has more than ${maxIdLength} characters`)]
  })
}
