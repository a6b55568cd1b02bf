import type {
  Earning,
  LineOrder,
  PaymentLine,
  PenaltyLine,
  Signature,
  SignedReceipt,
  TaskLine,
} from '../../../protocol/batch.ts'
import type { Hex } from '../../../protocol/hash.ts'
import { exactLimit } from '../shapley.ts'
import { splitPool } from '../split-pool.ts'
import { type Ledger, treeOfNumbers } from './batch-ledger.ts'
import { traceOf } from './shapley-steps.ts'

/** A task that has ended, and is to be settled in a batch. */
export interface SettledTask {
  readonly order: LineOrder
  readonly signature: Signature
  /** What its agents earn together; with the fee at most the budget. */
  readonly pool: bigint
  readonly fee: bigint
  /** One receipt of each agent that the coalitions are of, in ascending order of agentId: player k is the k-th. */
  readonly receipts: readonly PaidReceipt[]
  /** Of the 2^n coalitions, by mask: see `coalitionValues`. No agent's share of them may be below zero. */
  readonly values: readonly bigint[]
  readonly penalties: readonly DuePenalty[]
  /** Hash of the settlement's document. */
  readonly evidence: Hex
}

/** A receipt, by whom it was signed. */
export type PaidReceipt = SignedReceipt & Pick<PaymentLine, 'wallet' | 'signature'>

export type DuePenalty = Omit<PenaltyLine, 'task'>

/**
 * The lines of a batch that settles these tasks: by requester, and a requester's in the order given.
 *
 * @param parent The earnings of the batch that this one continues.
 * @throws RangeError where no right line can say what a task asks: too many agents, or agents out of order, values that
 * are not of their coalitions, a share below zero, a pool that nobody earned.
 */
export function buildLedger(settled: readonly SettledTask[], parent: readonly Earning[]): Ledger {
  const ordered = [...settled].sort((a, b) => compare(a.order.requester, b.order.requester))
  const tasks: TaskLine[] = []
  const payments: PaymentLine[] = []
  const penalties: PenaltyLine[] = []
  const earnings: Earning[] = parent.map(({ cumulative }) => ({ cumulative, last: 0n }))
  for (const task of ordered) {
    checkTask(task)
    const index = BigInt(tasks.length)
    const firstPayment = BigInt(payments.length)
    const firstPenalty = BigInt(penalties.length)
    for (const payment of paymentsOf(task)) {
      const agent = Number(payment.agentId)
      // Agents are numbered without gaps, so whoever is new may be so beside others who earned nothing yet.
      while (earnings.length <= agent) earnings.push({ cumulative: 0n, last: 0n })
      const { cumulative, last } = earnings[agent]!
      const earned = cumulative + payment.amount
      payments.push({ ...payment, task: index, earned, previous: last })
      earnings[agent] = { cumulative: earned, last: BigInt(payments.length) }
    }
    penalties.push(...task.penalties.map(penalty => ({ ...penalty, task: index })))
    const before = tasks.at(-1)
    const isSameRequester = before?.order.requester === task.order.requester
    tasks.push({
      order: task.order,
      signature: task.signature,
      pool: task.pool,
      fee: task.fee,
      debited: (isSameRequester ? before.debited : 0n) + task.pool + task.fee,
      feesSoFar: (before?.feesSoFar ?? 0n) + task.fee,
      firstPayment,
      endPayment: BigInt(payments.length),
      firstPenalty,
      endPenalty: BigInt(penalties.length),
      coalitions: treeOfNumbers(task.values).root(),
      evidence: task.evidence,
    })
  }
  return { tasks, payments, penalties, earnings, values: ordered.map(({ values }) => values) }
}

function paymentsOf({ pool, receipts, values }: SettledTask): Omit<PaymentLine, 'task' | 'earned' | 'previous'>[] {
  const traces = receipts.map((_, player) => traceOf(values, player))
  const shares = traces.map(trace => trace.at(-1)!)
  if (shares.some(share => share >= belowZero)) throw new RangeError('an agent has a share below zero')
  const whole = shares.reduce((sum, share) => sum + share, 0n)
  if (whole === 0n && pool !== 0n) throw new RangeError('nobody contributed, and somebody is paid')
  const amounts = whole === 0n ? shares : splitPool(pool, whole, shares)
  return receipts.map((receipt, player) => ({
    ...receipt,
    share: shares[player]!,
    amount: amounts[player]!,
    trace: treeOfNumbers(traces[player]!).root(),
  }))
}

/** From here on, a word in two's complement stands for a number below zero. */
const belowZero = 2n ** 255n

/** The registry numbers agents from 0; the earnings have a line for each of them. */
const maxAgents = 2n ** 24n

function checkTask({ receipts, values }: SettledTask): void {
  if (receipts.length > exactLimit) throw new RangeError(`${receipts.length} agents are paid for one task`)
  if (values.length !== 1 << receipts.length || values[0] !== 0n) {
    throw new RangeError(`${values.length} values are not those of the coalitions of ${receipts.length} agents`)
  }
  receipts.forEach(({ agentId }, player) => {
    if (player > 0 && agentId <= receipts[player - 1]!.agentId) throw new RangeError('the agents are out of order')
    if (agentId >= maxAgents) throw new RangeError(`${agentId} is no agent's number`)
  })
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
