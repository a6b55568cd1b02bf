import type { AbiParameter } from 'abitype'
import type { Batch, PaymentLine, TaskLine } from '../../protocol/batch.ts'
import type { Random } from '../harness/seeded.ts'
import { rulesHarnessAbi as abi } from './generated/rules-harness.ts'
import { mutate, otherNumber } from './mutate.ts'

/** Of a struct that a function of the harness takes an array of. */
function componentsOf(name: string): readonly AbiParameter[] {
  const input = abi.find(item => item.type === 'function' && item.name === name)!.inputs.at(-1)!
  return (input as { components: readonly AbiParameter[] }).components
}

export const components = {
  task: componentsOf('hashTasks'),
  payment: componentsOf('hashPayments'),
  penalty: componentsOf('hashPenalties'),
  earning: componentsOf('hashEarnings'),
}

/** Left right, or one to three fields of it changed. */
export function maybeMutate<T extends object>(random: Random, fields: readonly AbiParameter[], line: T): T {
  let mutated = line
  for (let left = random.pick([0, 1, 1, 1, 2, 3]); left > 0; left--) mutated = mutate(random, fields, mutated)
  return mutated
}

interface Totals {
  readonly batch: Batch
  readonly before: TaskLine
  readonly line: TaskLine
  readonly index: bigint
  readonly group: bigint
}

/** Changes what the rule reads more often than the rest of a line. */
export function mutateTotals(random: Random, right: Totals): Totals {
  const { batch, before, line, index, group } = right
  switch (random.below(6)) {
    case 0:
      return { ...right, before: maybeMutate(random, components.task, before) }
    case 1:
      return { ...right, line: maybeMutate(random, components.task, line) }
    case 2:
      return { ...right, group: group + BigInt(random.pick([-1, 1, 1, 300])) < 0n ? group : group + 1n }
    case 3:
      return { ...right, index: otherNumber(random, index) }
    case 4: {
      const field = random.pick(['taskCount', 'paymentCount', 'penaltyCount', 'fees'] as const)
      return { ...right, batch: { ...batch, [field]: otherNumber(random, batch[field], field === 'fees' ? 256 : 64) } }
    }
    default: {
      // Beyond a word's end, totals must not begin anew.
      const debited = otherNumber(random, before.debited)
      const cost = { pool: otherNumber(random, line.pool), fee: line.fee }
      const sum = BigInt.asUintN(256, debited + cost.pool + cost.fee)
      return { ...right, before: { ...before, debited }, line: { ...line, ...cost, debited: sum } }
    }
  }
}

interface Split {
  readonly line: TaskLine
  readonly index: bigint
  readonly payments: readonly PaymentLine[]
}

export function mutateSplit(random: Random, right: Split): Split {
  const { line, index, payments } = right
  const replace = (place: number, change: Partial<PaymentLine>) => ({
    ...right,
    payments: payments.with(place, { ...payments[place]!, ...change }),
  })
  if (payments.length === 0) return { ...right, line: { ...line, pool: otherNumber(random, line.pool) } }
  const place = random.below(payments.length)
  const payment = payments[place]!
  switch (random.below(6)) {
    case 0:
      return { ...right, line: maybeMutate(random, components.task, line) }
    case 1:
      return { ...right, payments: payments.with(place, maybeMutate(random, components.payment, payment)) }
    case 2:
      return replace(place, { share: otherNumber(random, payment.share) })
    case 3: {
      if (payment.amount === 0n) return replace(place, { amount: 1n })
      // A unit from one to another: the sum stays.
      const other = random.below(payments.length)
      const taken = {
        ...right,
        payments: replace(place, { amount: payment.amount - 1n }).payments,
      }
      const receiver = taken.payments[other]!
      return { ...taken, payments: taken.payments.with(other, { ...receiver, amount: receiver.amount + 1n }) }
    }
    case 4: {
      const amount = otherNumber(random, payment.amount)
      const pool = BigInt.asUintN(256, line.pool + amount - payment.amount)
      return { ...right, line: { ...line, pool }, payments: replace(place, { amount }).payments }
    }
    default:
      return { ...right, index: otherNumber(random, index), payments: random.percent(50) ? payments : [] }
  }
}
