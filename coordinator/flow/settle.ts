import { contentHash } from '../../protocol/canonical.ts'
import type { Contribution, Settlement } from '../../protocol/settlement.ts'
import type { Terms } from '../../protocol/task.ts'
import { isCompensation } from './compensate.ts'
import { acceptedOf, byNumber } from './contribute.ts'
import { ratingsOf } from './feedback.ts'
import { paidForGold } from './gold-attempt.ts'
import { chosenOf } from './grow.ts'
import { penaltyFor } from './penalty.ts'
import { splitPool } from './split-pool.ts'
import type { Task } from './state.ts'

/**
 * Step "settle": the reward pool is what the accepted agents asked for their work; it is split by contribution, the
 * consortium's fee comes on top, and what is left of the budget goes back. Penalties come out of stakes, not out of the
 * budget. payments + fee + refund = budget, always.
 */
export function settlementOf(task: Task, contribution: Contribution): Settlement {
  const { budget, terms } = task.submitted!
  // Where no completed subtask has any weight nothing was contributed, and nothing is earned.
  const reward = contribution.whole === '0' ? 0n : earnedPool(task)
  const undone = [...undoPayments(task), ...goldPayments(task)]
  const pool = reward + undone.reduce((sum, { amount }) => sum + BigInt(amount), 0n)
  const fee = (pool * BigInt(terms.feeBps)) / 10_000n
  return {
    taskId: task.taskId,
    budget,
    payments: addUp([...split(reward, contribution), ...undone]).filter(({ amount }) => amount !== '0'),
    penalties: penaltiesOf(task, terms),
    fee: fee.toString(),
    refund: (BigInt(budget) - pool - fee).toString(),
    contribution: contentHash(contribution),
    ...(terms.rated && task.state === 'completed' ? { ratings: ratingsOf(task) } : {}),
  }
}

/** The prices of all agents whose results stand in completed subtasks. */
export function earnedPool(task: Task): bigint {
  let pool = 0n
  for (const progress of task.subtasks.values()) {
    const { id, phase } = progress
    if (phase !== 'completed' || isCompensation(task, id)) continue
    const accepted = new Set(acceptedOf(task, id))
    for (const { agentId, price } of chosenOf(progress)) if (accepted.has(agentId)) pool += BigInt(price)
  }
  return pool
}

/** Whoever took something back has its price: it adds nothing to the outcome that could be shared. */
export function undoPayments(task: Task): Settlement['payments'] {
  return [...task.subtasks.values()]
    .filter(({ id, phase }) => phase === 'completed' && isCompensation(task, id))
    .flatMap(({ id, assigned }) => {
      const accepted = acceptedOf(task, id)
      return assigned!.chosen.filter(({ agentId }) => accepted.includes(agentId))
    })
    .map(({ agentId, price }) => ({ agentId, amount: price }))
}

/** So has whoever answered gold rightly. */
function goldPayments(task: Task): Settlement['payments'] {
  return [...task.subtasks.values()].flatMap(paidForGold).map(({ agentId, price }) => ({ agentId, amount: price }))
}

/** Each agent once, in ascending order: the contract wants it so. */
function addUp(payments: Settlement['payments']): Settlement['payments'] {
  const sums = new Map<string, bigint>()
  for (const { agentId, amount } of payments) sums.set(agentId, (sums.get(agentId) ?? 0n) + BigInt(amount))
  return [...sums]
    .sort(([a], [b]) => byNumber(a, b))
    .map(([agentId, amount]) => ({ agentId, amount: amount.toString() }))
}

/** By largest remainder, ties to the lower agent id. */
function split(pool: bigint, { whole, shares }: Contribution): Settlement['payments'] {
  if (pool === 0n) return []
  const ordered = [...shares].sort((a, b) => byNumber(a.agentId, b.agentId))
  const amounts = splitPool(
    pool,
    BigInt(whole),
    ordered.map(({ share }) => BigInt(share)),
  )
  return ordered.map(({ agentId }, place) => ({ agentId, amount: amounts[place]!.toString() }))
}

function penaltiesOf(task: Task, terms: Terms): Settlement['penalties'] {
  return [...task.subtasks.values()]
    .flatMap(({ faults }) => faults)
    .map(({ stake, domainId: _, gold: __, ...fault }) => ({
      ...fault,
      amount: penaltyFor(fault.fault, stake, terms).toString(),
    }))
    .filter(({ amount }) => amount !== '0')
    .sort((a, b) => byNumber(a.agentId, b.agentId))
}
