import type { Batch, PaymentLine, TaskLine } from '../../../protocol/batch.ts'
import { exactLimit } from '../shapley.ts'
import { splitPool } from '../split-pool.ts'
import { coalitionAt, follows, type Step, weightOf } from './shapley-steps.ts'

/*
 * Whether a line is right beside its neighbours: the verdicts of BatchRules.sol and PaymentDisputes.sol. Like those, each
 * answers for whatever numbers a line holds, and never throws.
 */

/** Larger amounts are wrong in themselves: no tokens are that many. */
const maxAmount = 2n ** 128n - 1n
/** Of one share: 16! times the highest value of a coalition is below this. */
const maxShare = 2n ** 180n
const maxWord = 2n ** 256n - 1n
const maxPlayers = BigInt(exactLimit)

/** Whether a task costs more than its order allows, or its fee more than the consortium allows. */
export function exceedsBudget({ pool, fee, order: { budget } }: TaskLine, maxFeeBps: bigint): boolean {
  if (pool > maxAmount || fee > maxAmount || budget > maxAmount) return true
  return pool + fee > budget || fee * 10_000n > budget * maxFeeBps
}

/**
 * Whether the running totals of a task line go on from the line before it, and end as the batch says.
 *
 * @param before The line at `index` - 1; not read for the first line.
 * @param group Index of the debit to whose lines this one belongs; wrong where there is none.
 */
export function totalsWrong(
  batch: Batch,
  before: TaskLine | undefined,
  line: TaskLine,
  index: bigint,
  group: number,
): boolean {
  const debit = batch.debits[group]
  if (!debit || line.order.requester !== debit.requester) return true
  const { endPayment, endPenalty, debited, feesSoFar } = (index > 0n && before) || nothingBefore
  if (line.firstPayment !== endPayment || line.firstPenalty !== endPenalty) return true
  if (line.endPenalty < line.firstPenalty || coalitionsOf(line) === 0) return true
  if (line.endPayment > batch.paymentCount || line.endPenalty > batch.penaltyCount) return true

  if (line.pool > maxAmount || line.fee > maxAmount) return true
  const startsGroup = index === startOf(batch, group)
  if (!adds(startsGroup ? 0n : debited, line.pool + line.fee, line.debited)) return true
  if (!adds(feesSoFar, line.fee, line.feesSoFar)) return true

  if (index + 1n === debit.endTask && line.debited !== debit.amount) return true
  if (index + 1n < batch.taskCount) return false
  return (
    line.endPayment !== batch.paymentCount || line.endPenalty !== batch.penaltyCount || line.feesSoFar !== batch.fees
  )
}

const nothingBefore = { endPayment: 0n, endPenalty: 0n, debited: 0n, feesSoFar: 0n }

/** Whether the debit at `group` covers the task line at `index`. */
export function isInGroup(batch: Batch, index: bigint, group: number): boolean {
  const debit = batch.debits[group]
  return debit !== undefined && index >= startOf(batch, group) && index < debit.endTask
}

function startOf(batch: Batch, group: number): bigint {
  return batch.debits[group - 1]?.endTask ?? 0n
}

/** 2^n for the n payments of a task; 0 where it says that it has more than it may, which is a wrong sum. */
export function coalitionsOf({ firstPayment, endPayment }: TaskLine): number {
  const players = endPayment - firstPayment
  return players < 0n || players > maxPlayers ? 0 : 1 << Number(players)
}

/**
 * Whether the payments of a task are not its pool, split by their shares.
 *
 * @param index Of the task line. @param payments All of the task, in order.
 */
export function splitWrong({ pool }: TaskLine, index: bigint, payments: readonly PaymentLine[]): boolean {
  const isOdd = ({ task, agentId, share, amount }: PaymentLine, place: number) =>
    task !== index || amount > maxAmount || share > maxShare || (place > 0 && agentId <= payments[place - 1]!.agentId)
  if (payments.some(isOdd)) return true

  const whole = payments.reduce((sum, { share }) => sum + share, 0n)
  const paid = payments.reduce((sum, { amount }) => sum + amount, 0n)
  if (pool > maxAmount || paid !== pool) return true
  // Where nobody contributed, nothing was earned.
  if (whole === 0n) return paid !== 0n
  const amounts = splitPool(
    pool,
    whole,
    payments.map(({ share }) => share),
  )
  return payments.some(({ amount }, place) => amount !== amounts[place])
}

/** Whether a payment does not continue what its agent had earned `before`. */
export function earnedWrong({ amount, earned }: PaymentLine, before: bigint): boolean {
  return amount > maxAmount || !adds(before, amount, earned)
}

/**
 * Whether a step of a payment's running sums is wrong, or the last is not the payment's share; or the task has no such
 * step.
 *
 * @param index Of the payment line. @param k Of the step, from 0.
 */
export function stepWrong(task: TaskLine, payment: PaymentLine, index: bigint, k: number, step: Step): boolean {
  const steps = coalitionsOf(task) / 2
  if (index < task.firstPayment || index >= task.endPayment || k < 0 || k >= steps) return true
  const mask = coalitionAt(k, Number(index - task.firstPayment))
  const weight = weightOf(mask, Number(task.endPayment - task.firstPayment))
  const before = k === 0 ? 0n : step.before
  return !follows({ ...step, before }, weight) || (k + 1 === steps && step.sum !== payment.share)
}

function adds(before: bigint, amount: bigint, after: bigint): boolean {
  return after === before + amount && after <= maxWord
}
