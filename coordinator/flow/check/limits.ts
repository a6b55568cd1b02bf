import type { Subtask, Wait } from '../../../protocol/plan.ts'
import { type Fault, invalid } from './fault.ts'
import type { Laid } from './lay-in.ts'
import type { OfferOf } from './offer.ts'
import { isWait } from './structure.ts'

/** The dearest offers of every subtask once, each list as long as it may be, with the fee, fit the budget. */
export function budgetFaults(
  nodes: readonly Laid[],
  offerOf: OfferOf,
  { budget, feeBps }: { readonly budget: bigint; readonly feeBps: number },
): Fault[] {
  const pool = nodes.reduce(
    (sum, { node }) => (isWait(node) ? sum : sum + offerOf(node.skill).highestPrice * timesOf(node)),
    0n,
  )
  const cost = pool + (pool * BigInt(feeBps)) / 10_000n
  if (cost <= budget) return []
  const what = `the plan may cost ${cost}, the budget is ${budget}`
  return [
    {
      path: ['subtasks'],
      code: 'PLAN_OVER_BUDGET',
      what,
      toDo: 'Raise the budget, or plan fewer or cheaper subtasks.',
    },
  ]
}

function timesOf({ replicas, forEach }: Subtask): bigint {
  return BigInt(replicas) * BigInt(forEach?.max ?? 1)
}

/** The longest chain of first attempts fits the time. */
export function timeFaults(nodes: readonly Laid[], availableMs: number): Fault[] {
  const { longestMs, chain } = longestChain(nodes)
  if (longestMs <= availableMs) return []
  const what = `the longest chain may take ${longestMs} ms, ${availableMs} ms are left (${chain.join(', ')})`
  return [invalid(['subtasks'], what, 'Shorten deadlines, or give the task more time.')]
}

/** How long the plan takes when every first attempt, and every wait for a signal, uses all of its time. */
export function longestChain(nodes: readonly Laid[]): { longestMs: number; chain: readonly string[] } {
  const byId = new Map(nodes.map(({ node }) => [node.id, node]))
  const known = new Map<string, { longestMs: number; chain: readonly string[] }>()
  const endOf = (node: Subtask | Wait): { longestMs: number; chain: readonly string[] } => {
    const found = known.get(node.id)
    if (found) return found
    const before = latest(node.after.map(id => endOf(byId.get(id)!)))
    const end = { longestMs: before.longestMs + durationMs(node), chain: [...before.chain, node.id] }
    known.set(node.id, end)
    return end
  }
  return latest(nodes.map(({ node }) => endOf(node)))
}

function latest(ends: readonly { longestMs: number; chain: readonly string[] }[]) {
  return ends.reduce((a, b) => (b.longestMs > a.longestMs ? b : a), { longestMs: 0, chain: [] as readonly string[] })
}

/** Commit and reveal each have a subtask's time; a list takes as many rounds as it must. */
function durationMs(node: Subtask | Wait): number {
  if (isWait(node)) {
    if ('ms' in node.wait) return node.wait.ms
    // When a moment comes is in the input; the task's own deadline stands above it.
    return 'until' in node.wait ? 0 : node.wait.deadlineMs
  }
  const { deadlineMs, replicas, forEach } = node
  const rounds = forEach ? Math.ceil(forEach.max / forEach.concurrency) : 1
  return deadlineMs * (replicas > 1 ? 2 : 1) * rounds
}
