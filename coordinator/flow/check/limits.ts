import type { Halt, Subtask } from '../../../protocol/plan.ts'
import { undoMs } from '../compensate.ts'
import { isReplicated, mostReplicas } from '../grow.ts'
import { type Fault, invalid } from './fault.ts'
import type { Laid } from './laid.ts'
import type { OfferOf } from './offer.ts'
import { isAsk, isWait, isWork } from './structure.ts'

/** Well within the day after a task's deadline in which the escrow can still be settled. */
const longestUndoMs = 6 * 3_600_000

/**
 * The dearest offers of every subtask once, and of every compensation, each list as long as it may be, with the fee, fit
 * the budget: whatever has been done can be taken back.
 */
export function budgetFaults(
  nodes: readonly Laid[],
  offerOf: OfferOf,
  { budget, feeBps }: { readonly budget: bigint; readonly feeBps: number },
): Fault[] {
  const cost = mostCost(
    nodes.map(({ node }) => node),
    offerOf,
    feeBps,
  )
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

/** What these may cost when each is done once and taken back, with the fee. */
export function mostCost(nodes: readonly (Subtask | Halt)[], offerOf: OfferOf, feeBps: number): bigint {
  const pool = nodes.reduce((sum, node) => (isWork(node) ? sum + dearestOf(node, offerOf) : sum), 0n)
  return pool + (pool * BigInt(feeBps)) / 10_000n
}

function dearestOf({ skill, forEach, compensate, gold = 0, ...asked }: Subtask, offerOf: OfferOf): bigint {
  const undo = compensate ? offerOf(compensate.skill).highestPrice : 0n
  return (
    (offerOf(skill).highestPrice * BigInt(mostReplicas(asked) + gold * asked.replicas) + undo) *
    BigInt(forEach?.max ?? 1)
  )
}

/** The settlement waits until all that can be taken back was, one after the other. */
function undoFaults(nodes: readonly Laid[]): Fault[] {
  const undoMs = nodes.reduce((sum, { node }) => (isWork(node) ? sum + undoMsOf(node) : sum), 0)
  if (undoMs <= longestUndoMs) return []
  const what = `taking everything back may take ${undoMs} ms, and the settlement waits for it ${longestUndoMs} ms at most`
  return [invalid(['subtasks'], what, 'Shorten the deadlines of compensations, or their waits.')]
}

function undoMsOf({ compensate, retry, forEach }: Subtask): number {
  return compensate ? undoMs(compensate, retry) * (forEach?.max ?? 1) : 0
}

/** The longest chain of first attempts fits the time, and taking all of it back the time after. */
export function timeFaults(nodes: readonly Laid[], availableMs: number): Fault[] {
  return [...undoFaults(nodes), ...chainFaults(nodes, availableMs)]
}

function chainFaults(nodes: readonly Laid[], availableMs: number): Fault[] {
  const { longestMs, chain } = longestChain(nodes.map(({ node }) => node))
  if (longestMs <= availableMs) return []
  const what = `the longest chain may take ${longestMs} ms, ${availableMs} ms are left (${chain.join(', ')})`
  return [invalid(['subtasks'], what, 'Shorten deadlines, or give the task more time.')]
}

/** How long the plan takes when every first attempt, every wait for a signal and every question uses all of its time. */
export function longestChain(nodes: readonly (Subtask | Halt)[]): { longestMs: number; chain: readonly string[] } {
  const byId = new Map(nodes.map(node => [node.id, node]))
  const known = new Map<string, { longestMs: number; chain: readonly string[] }>()
  const endOf = (node: Subtask | Halt): { longestMs: number; chain: readonly string[] } => {
    const found = known.get(node.id)
    if (found) return found
    const before = latest(node.after.map(id => endOf(byId.get(id)!)))
    const end = { longestMs: before.longestMs + durationMs(node), chain: [...before.chain, node.id] }
    known.set(node.id, end)
    return end
  }
  return latest(nodes.map(endOf))
}

function latest(ends: readonly { longestMs: number; chain: readonly string[] }[]) {
  return ends.reduce((a, b) => (b.longestMs > a.longestMs ? b : a), { longestMs: 0, chain: [] as readonly string[] })
}

/** Commit and reveal each have a subtask's time; a list takes as many rounds as it must. */
export function durationMs(node: Subtask | Halt): number {
  if (isAsk(node)) return node.ask.deadlineMs
  if (isWait(node)) {
    if ('ms' in node.wait) return node.wait.ms
    // When a moment comes is in the input; the task's own deadline stands above it.
    return 'until' in node.wait ? 0 : node.wait.deadlineMs
  }
  const { deadlineMs, replicas, forEach } = node
  // Each that is added is asked when those before have answered.
  const turns = 1 + mostReplicas(node) - replicas + (node.gold ?? 0)
  const rounds = forEach ? Math.ceil(forEach.max / forEach.concurrency) : 1
  const judgedMs = node.judge?.deadlineMs ?? 0
  return (deadlineMs * (isReplicated(node) ? 2 : 1) * turns + judgedMs) * rounds
}
