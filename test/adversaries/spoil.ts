import { coalitionsOf } from '../../coordinator/flow/batch/audit-line.ts'
import { type Ledger, treeOfNumbers } from '../../coordinator/flow/batch/batch-ledger.ts'
import { buildLedger, type SettledTask } from '../../coordinator/flow/batch/build-batch.ts'
import { traceOf } from '../../coordinator/flow/batch/shapley-steps.ts'
import { splitPool } from '../../coordinator/flow/split-pool.ts'
import type { Batch, Earning, PaymentLine, Rule, TaskLine } from '../../protocol/batch.ts'
import { taskIdOf } from '../../protocol/batch-lines.ts'
import type { Hex } from '../../protocol/hash.ts'
import { type Cast, keysOf, type randomTask, sign } from '../coordinator/flow/batch/scene.ts'
import type { Random } from '../harness/seeded.ts'

/** What there is to spoil, and with what. */
export interface Draft {
  readonly random: Random
  readonly cast: Cast
  readonly parent: readonly Earning[]
  /** A task that an earlier batch settles; undefined before the first. */
  readonly earlier: SettledTask | undefined
  task(spoil?: Parameters<typeof randomTask>[2]): SettledTask
}

export interface Spoilt {
  readonly ledger: Ledger
  /** What is published in the place of the lines. */
  readonly published?: Ledger | null
  /** Changes what is posted. */
  readonly header?: (batch: Batch) => Batch
}

/** One way to break a rule; null where these tasks have nothing to break. */
export interface Kind {
  readonly name: string
  /** The rules by which it may fall. */
  readonly falls: readonly Rule[]
  spoil(draft: Draft, right: Ledger): Spoilt | null
}

const stranger: Hex = keysOf('stranger', 1)[0]!

/** Agents' payments added up anew, and the last of each, as an honest settler would from these amounts. */
export function recount(ledger: Ledger, parent: readonly Earning[]): Ledger {
  const earnings = ledger.earnings.map((_, agent) => ({ cumulative: parent[agent]?.cumulative ?? 0n, last: 0n }))
  const payments = ledger.payments.map((payment, index) => {
    const { cumulative, last } = earnings[Number(payment.agentId)]!
    const earned = cumulative + payment.amount
    earnings[Number(payment.agentId)] = { cumulative: earned, last: BigInt(index + 1) }
    return { ...payment, earned, previous: last }
  })
  return { ...ledger, payments, earnings }
}

const replace = <T>(items: readonly T[], index: number, change: Partial<T>): T[] =>
  items.with(index, { ...items[index]!, ...change })
const taskAt = (ledger: Ledger, index: number, change: Partial<TaskLine>): Ledger => ({
  ...ledger,
  tasks: replace(ledger.tasks, index, change),
})
const paymentAt = (ledger: Ledger, index: number, change: Partial<PaymentLine>): Ledger => ({
  ...ledger,
  payments: replace(ledger.payments, index, change),
})
const earningAt = (ledger: Ledger, index: number, change: Partial<Earning>): Ledger => ({
  ...ledger,
  earnings: replace(ledger.earnings, index, change),
})

/** A kind that changes lines of a right ledger, at a random one of those that will do. */
function atOne(
  name: string,
  falls: readonly Rule[],
  places: (ledger: Ledger, draft: Draft) => number[],
  change: (ledger: Ledger, index: number, draft: Draft) => Ledger,
): Kind {
  return {
    name,
    falls,
    spoil(draft, right) {
      const found = places(right, draft)
      return found.length === 0 ? null : { ledger: change(right, draft.random.pick(found), draft) }
    },
  }
}

const allTasks = ({ tasks }: Ledger) => tasks.map((_, index) => index)
// Fees above all debits the contract refuses when they are posted.
const costly = (ledger: Ledger) => (ledger.tasks.some(({ pool }) => pool > 0n) ? allTasks(ledger) : [])
const allPayments = ({ payments }: Ledger) => payments.map((_, index) => index)
const paid = ({ payments }: Ledger) => payments.flatMap(({ amount }, index) => (amount > 0n ? [index] : []))
const allEarnings = ({ earnings }: Ledger) => earnings.map((_, index) => index)
const allPenalties = ({ penalties }: Ledger) => penalties.map((_, index) => index)

/** Of several payments of a task, one that has something to give to its neighbour. */
const givers = ({ tasks, payments }: Ledger) =>
  tasks.flatMap(({ firstPayment, endPayment }) => {
    const indexes = Array.from({ length: Number(endPayment - firstPayment) }, (_, each) => Number(firstPayment) + each)
    return indexes.slice(0, -1).filter(index => payments[index]!.amount > 0n)
  })

function buildWith(draft: Draft, task: SettledTask): Spoilt {
  return { ledger: buildLedger([task, draft.task()], draft.parent) }
}

/** Whoever is short of an order's budget by one unit. */
const costs = (draft: Draft, spoil: Parameters<typeof randomTask>[2]): SettledTask => {
  for (;;) {
    const task = draft.task(spoil)
    if (task.pool > 0n) return task
  }
}

/** A wrong share, and all that follows from it: the agent gains, and every other rule is kept. */
function withShare(ledger: Ledger, index: number, share: bigint, trace: Hex, { parent }: Draft): Ledger {
  const changed = paymentAt(ledger, index, { share, trace })
  const task = changed.tasks.findIndex(each => index >= each.firstPayment && index < each.endPayment)
  const line = changed.tasks[task]!
  const [first, end] = [Number(line.firstPayment), Number(line.endPayment)]
  const shares = changed.payments.slice(first, end).map(each => each.share)
  const whole = shares.reduce((sum, each) => sum + each, 0n)
  const amounts = splitPool(line.pool, whole, shares)
  const payments = changed.payments.map((payment, place) =>
    place < first || place >= end ? payment : { ...payment, amount: amounts[place - first]! },
  )
  return recount({ ...changed, payments }, parent)
}

const sharers = ({ tasks }: Ledger) =>
  tasks.flatMap(({ firstPayment, endPayment, pool }) =>
    pool > 0n && endPayment - firstPayment > 1n ? [Number(firstPayment)] : [],
  )

/** The running sums of a payment with a bonus from some step on. */
export function liedTrace({ tasks, values }: Ledger, index: number, random: Random): bigint[] {
  const task = tasks.findIndex(each => index >= each.firstPayment && index < each.endPayment)
  const right = traceOf(values[task]!, index - Number(tasks[task]!.firstPayment))
  const from = random.below(right.length)
  return right.map((sum, step) => (step < from ? sum : BigInt.asUintN(256, sum + 7n)))
}

export const kinds: readonly Kind[] = [
  atOne('an order that its requester did not sign', ['OrderInvalid'], allTasks, (ledger, index, { cast }) =>
    taskAt(ledger, index, { signature: sign(taskIdOf(cast.domain, ledger.tasks[index]!.order), stranger) }),
  ),
  {
    name: 'an order whose time is over',
    falls: ['OrderInvalid'],
    spoil: draft =>
      buildWith(
        draft,
        draft.task(order => ({ ...order, deadline: draft.cast.postedAt - 90_000n })),
      ),
  },
  {
    name: 'an order for another token',
    falls: ['OrderInvalid'],
    spoil: draft =>
      buildWith(
        draft,
        draft.task(order => ({ ...order, token: `0x${'77'.repeat(20)}` })),
      ),
  },
  {
    name: 'more than the budget',
    falls: ['BudgetExceeded'],
    spoil: draft =>
      buildWith(
        draft,
        costs(draft, (order, { pool, fee }) => ({ ...order, budget: pool > 0n ? pool + fee - 1n : 0n })),
      ),
  },
  {
    name: 'a fee above the highest',
    falls: ['BudgetExceeded'],
    spoil(draft) {
      const task = costs(draft, (order, { pool }) => ({ ...order, budget: 2n * pool + 10n }))
      return buildWith(draft, { ...task, fee: task.pool / 2n + 5n })
    },
  },
  atOne('a debit above what tasks cost', ['SumWrong'], allTasks, (ledger, index) =>
    taskAt(ledger, index, { debited: ledger.tasks[index]!.debited + 1n }),
  ),
  atOne('fees that do not add up', ['SumWrong'], costly, (ledger, index) =>
    taskAt(ledger, index, { feesSoFar: ledger.tasks[index]!.feesSoFar + 1n }),
  ),
  {
    name: 'a posted debit that no line comes to',
    falls: ['SumWrong'],
    spoil: (_, ledger) => ({
      ledger,
      header: batch => ({ ...batch, debits: replace(batch.debits, 0, { amount: batch.debits[0]!.amount + 1n }) }),
    }),
  },
  atOne('payments that belong to no task', ['SumWrong', 'SplitWrong'], allTasks, (ledger, index) =>
    taskAt(ledger, index, { endPayment: ledger.tasks[index]!.endPayment + 1n }),
  ),
  atOne('a unit from one agent to another', ['SplitWrong'], givers, (ledger, index, { parent }) => {
    const [from, to] = [ledger.payments[index]!, ledger.payments[index + 1]!]
    const moved = paymentAt(paymentAt(ledger, index, { amount: from.amount - 1n }), index + 1, {
      amount: to.amount + 1n,
    })
    return recount(moved, parent)
  }),
  atOne('more paid than the pool', ['SplitWrong'], allPayments, (ledger, index, { parent }) =>
    recount(paymentAt(ledger, index, { amount: ledger.payments[index]!.amount + 1n }), parent),
  ),
  atOne('a share that its sums do not come to', ['ContributionWrong'], sharers, (ledger, index, draft) => {
    const { share, trace } = ledger.payments[index]!
    return withShare(ledger, index, share + 1n + draft.random.bits(16), trace, draft)
  }),
  {
    name: 'a coalition of nobody that is worth something',
    falls: ['ContributionWrong'],
    spoil(draft, right) {
      const index = right.tasks.findIndex(line => coalitionsOf(line) > 1)
      if (index < 0) return null
      const values = right.values[index]!.with(0, 1n + draft.random.bits(8))
      const coalitions = treeOfNumbers(values).root()
      return { ledger: taskAt({ ...right, values: right.values.with(index, values) }, index, { coalitions }) }
    },
  },
  atOne('a receipt that another signed', ['ReceiptInvalid'], allPayments, (ledger, index) =>
    paymentAt(ledger, index, { signature: sign(`0x${'ab'.repeat(32)}`, stranger) }),
  ),
  atOne('a receipt for other work', ['ReceiptInvalid'], allPayments, (ledger, index, { random }) =>
    paymentAt(ledger, index, { outputHash: random.hex(32) }),
  ),
  atOne('a payment that adds more than it is', ['EarningsWrong'], allPayments, (ledger, index) =>
    paymentAt(ledger, index, { earned: ledger.payments[index]!.earned + 1n }),
  ),
  atOne('an earlier payment left out', ['EarningsWrong'], paid, (ledger, index, { parent }) => {
    const { agentId, amount } = ledger.payments[index]!
    return paymentAt(ledger, index, { previous: 0n, earned: (parent[Number(agentId)]?.cumulative ?? 0n) + amount + 1n })
  }),
  atOne('earnings above what was paid', ['EarningsWrong'], allEarnings, (ledger, index) =>
    earningAt(ledger, index, { cumulative: ledger.earnings[index]!.cumulative + 1n }),
  ),
  atOne('a last payment that is not the last', ['EarningsWrong'], allEarnings, (ledger, index) =>
    earningAt(ledger, index, { last: ledger.earnings[index]!.last + 1n }),
  ),
  {
    name: 'an agent without its earnings',
    falls: ['EarningsWrong'],
    spoil: ({ parent }, right) =>
      right.earnings.length > 0 && parent.length > 0
        ? { ledger: { ...right, earnings: right.earnings.slice(0, parent.length - 1) } }
        : null,
  },
  atOne('a penalty for what nobody signed', ['PenaltyUnproven'], allPenalties, (ledger, index) => ({
    ...ledger,
    penalties: replace(ledger.penalties, index, { fault: 1, commitment: `0x${'cd'.repeat(32)}` }),
  })),
  atOne('a penalty in another task', ['PenaltyUnproven'], allPenalties, (ledger, index) => ({
    ...ledger,
    penalties: replace(ledger.penalties, index, { task: ledger.penalties[index]!.task + 1n }),
  })),
  atOne('evidence that the log does not hold', ['PenaltyUnproven'], allPenalties, (ledger, index, { random }) => ({
    ...ledger,
    penalties: replace(ledger.penalties, index, { evidence: random.hex(32) }),
  })),
  atOne('evidence at no place of the log', ['PenaltyUnproven'], allPenalties, (ledger, index) => ({
    ...ledger,
    penalties: replace(ledger.penalties, index, { evidenceIndex: 1_000n }),
  })),
  {
    name: 'a task twice in a batch',
    falls: ['SettledTwice'],
    spoil(draft) {
      const task = draft.task()
      return { ledger: buildLedger([task, task], draft.parent) }
    },
  },
  {
    name: 'a task that an earlier batch settles',
    falls: ['SettledTwice'],
    spoil: draft => (draft.earlier ? buildWith(draft, draft.earlier) : null),
  },
  {
    name: 'lines that are not published',
    falls: ['LineWithheld'],
    spoil: (_, ledger) => ({ ledger, published: null }),
  },
  {
    name: 'other lines than those posted',
    falls: ['LineWithheld'],
    spoil: (_, ledger) => ({
      ledger,
      published: { ...ledger, earnings: [...ledger.earnings, { cumulative: 0n, last: 0n }] },
    }),
  },
  atOne('a wrong step in sums that are not shown', ['LineWithheld'], sharers, (ledger, index, draft) => {
    const sums = liedTrace(ledger, index, draft.random)
    return withShare(ledger, index, sums.at(-1)!, treeOfNumbers(sums).root(), draft)
  }),
]
