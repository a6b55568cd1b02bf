import type { Batch, PaymentLine, TaskLine } from '../../../protocol/batch.ts'
import type { Hex } from '../../../protocol/hash.ts'
import { isInGroup, stepWrong } from '../../flow/batch/audit-line.ts'
import { type Ledger, treeOfNumbers } from '../../flow/batch/batch-ledger.ts'
import type { Finding } from '../../flow/batch/finding.ts'
import { coalitionAt, traceOf } from '../../flow/batch/shapley-steps.ts'
import { type OpenedNumber, OpenLines, openNumber } from '../open-lines.ts'

/** A batch under audit, and what lies around it. */
export interface Case {
  readonly id: bigint
  readonly batch: Batch
  readonly ledger: Ledger
  /** The batch whose earnings this one continues; null for the first. */
  readonly parent: { readonly batch: Batch; readonly ledger: Ledger } | null
  /** An earlier batch that settles the order of this task line; null where none does. */
  settledBefore(line: TaskLine): SettledElsewhere | null
  /** The path of a leaf of the evidence log at the size that the batch names; null where it has none. */
  evidenceAt(index: bigint): { readonly leaf: Hex; readonly path: readonly Hex[] } | null
  /** A running sum of a payment that was shown on chain on demand. */
  shownSum(payment: number, step: number): OpenedNumber | undefined
}

export interface SettledElsewhere {
  readonly id: bigint
  readonly batch: Batch
  readonly ledger: Ledger
  readonly index: number
}

/** A call that condemns the batch, if the contracts see it as the auditor does. */
export interface Challenge {
  readonly finding: Finding
  readonly contract: 'TaskDisputes' | 'PaymentDisputes'
  readonly call: string
  readonly args: readonly unknown[]
}

const noHash: Hex = `0x${'00'.repeat(32)}`
const noEarning = { line: { cumulative: 0n, last: 0n }, path: [] }

/**
 * The calls by which what an auditor found can be shown on chain. One finding may have several, or none: what a settler
 * committed to and did not publish must be demanded first.
 */
export function* challengesOf(findings: readonly Finding[], given: Case): Generator<Challenge> {
  const lines = new OpenLines(given.ledger)
  for (const finding of findings) {
    const { tree, index } = finding
    const calls =
      tree === 'Tasks'
        ? taskCalls(given, lines, finding)
        : tree === 'Payments'
          ? paymentCalls(given, lines, finding)
          : tree === 'Penalties'
            ? penaltyCalls(given, lines, index)
            : tree === 'Earnings'
              ? earningCalls(given, lines, index)
              : []
    for (const [contract, call, ...args] of calls) {
      yield { finding, contract, call, args: [given.id, given.batch, ...args] }
    }
  }
}

type Call = readonly [Challenge['contract'], string, ...unknown[]]

function* taskCalls(given: Case, lines: OpenLines, { rule, index }: Finding): Generator<Call> {
  const { batch, ledger } = given
  const line = ledger.tasks[index]!
  const task = lines.task(index)
  switch (rule) {
    case 'OrderInvalid':
      return yield ['TaskDisputes', 'disputeOrder', task]
    case 'BudgetExceeded':
      return yield ['TaskDisputes', 'disputeBudget', task]
    case 'SumWrong': {
      const group = batch.debits.findIndex((_, each) => isInGroup(batch, BigInt(index), each))
      return yield ['TaskDisputes', 'disputeTotals', index > 0 ? lines.task(index - 1) : task, task, BigInt(group)]
    }
    case 'SplitWrong': {
      const [first, end] = [Number(line.firstPayment), Number(line.endPayment)]
      if (end > ledger.payments.length || first > end) return
      const payments = Array.from({ length: end - first }, (_, place) => lines.payment(first + place))
      return yield ['TaskDisputes', 'disputeSplit', task, payments]
    }
    case 'SettledTwice': {
      const elsewhere = given.settledBefore(line) ?? sameOrder(given, index)
      if (!elsewhere) return
      const other = new OpenLines(elsewhere.ledger).task(elsewhere.index)
      return yield ['TaskDisputes', 'disputeRepeat', task, elsewhere.id, elsewhere.batch, other]
    }
    case 'ContributionWrong':
      yield* valueCalls(given, lines, index)
  }
}

function sameOrder({ id, batch, ledger }: Case, index: number): SettledElsewhere | null {
  const { order } = ledger.tasks[index]!
  const other = ledger.tasks.findIndex(
    (each, place) => place !== index && each.order.nonce === order.nonce && each.order.requester === order.requester,
  )
  return other < 0 ? null : { id, batch, ledger, index: other }
}

/** What a coalition of nobody is worth, or one that is worth more than any may be. */
function* valueCalls({ batch, ledger, shownSum }: Case, lines: OpenLines, index: number): Generator<Call> {
  const [line, values] = [ledger.tasks[index]!, ledger.values[index] ?? []]
  if (treeOfNumbers(values).root() !== line.coalitions) return
  if (values[0] !== 0n) yield ['TaskDisputes', 'disputeEmptyCoalition', lines.task(index), openNumber(values, 0)]
  for (let payment = Number(line.firstPayment); payment < Number(line.endPayment); payment++) {
    if (payment < ledger.payments.length && payment < Number(batch.paymentCount)) {
      yield* stepCalls(lines, { ledger, shownSum }, index, payment)
    }
  }
}

function* paymentCalls(given: Case, lines: OpenLines, { rule, index }: Finding): Generator<Call> {
  const { ledger } = given
  const line = ledger.payments[index]!
  const taskIndex = ledger.tasks.findIndex(task => index >= task.firstPayment && index < task.endPayment)
  switch (rule) {
    case 'ReceiptInvalid':
      if (taskIndex >= 0) yield ['PaymentDisputes', 'disputeReceipt', lines.task(taskIndex), lines.payment(index)]
      return
    case 'ContributionWrong':
      if (taskIndex >= 0) yield* stepCalls(lines, given, taskIndex, index)
      return
    case 'EarningsWrong':
      yield* earnedCalls(given, lines, line, index)
  }
}

/** The first step of a payment's running sums that is wrong, among those whose sums are known. */
function* stepCalls(
  lines: OpenLines,
  { ledger, shownSum }: Pick<Case, 'ledger' | 'shownSum'>,
  taskIndex: number,
  index: number,
): Generator<Call> {
  const [task, payment, values] = [ledger.tasks[taskIndex]!, ledger.payments[index]!, ledger.values[taskIndex] ?? []]
  const player = index - Number(task.firstPayment)
  if (treeOfNumbers(values).root() !== task.coalitions || 2 ** player >= values.length) return
  const trace = traceOf(values, player)
  const tree = treeOfNumbers(trace)
  const isRight = tree.root() === payment.trace
  const sumAt = (step: number): OpenedNumber | undefined =>
    isRight ? { value: trace[step]!, path: tree.inclusion(step) } : shownSum(index, step)
  for (let k = 0; k < trace.length; k++) {
    const sum = sumAt(k)
    const before = k === 0 ? { value: 0n, path: [] } : sumAt(k - 1)
    if (!sum || !before) continue
    const mask = coalitionAt(k, player)
    const [without, withPlayer] = [values[mask]!, values[mask | (1 << player)]!]
    const step = { before: before.value, sum: sum.value, without, with: withPlayer }
    if (!stepWrong(task, payment, BigInt(index), k, step)) continue
    const opened = {
      ...{ step: BigInt(k), before, sum },
      ...{ without: openNumber(values, mask), with_: openNumber(values, mask | (1 << player)) },
    }
    return yield ['PaymentDisputes', 'disputeContribution', lines.task(taskIndex), lines.payment(index), opened]
  }
}

function* earnedCalls(
  { batch, ledger, parent }: Case,
  lines: OpenLines,
  { agentId, previous }: PaymentLine,
  index: number,
): Generator<Call> {
  const payment = lines.payment(index)
  const agent = Number(agentId)
  if (agentId >= ledger.earnings.length) yield ['PaymentDisputes', 'disputeLater', noEarning, payment]
  if (previous > 0n) {
    const before = previous > index ? payment : lines.payment(Number(previous) - 1)
    yield ['PaymentDisputes', 'disputeEarned', payment, before]
  } else {
    const known = parent && agent < parent.ledger.earnings.length
    const before = known ? new OpenLines(parent.ledger).earning(agent) : noEarning
    yield ['PaymentDisputes', 'disputeFirstEarned', payment, parent?.batch ?? batch, before]
  }
  const other = ledger.payments.findIndex(
    (each, place) => place !== index && each.agentId === agentId && each.previous === previous,
  )
  if (other >= 0) yield ['PaymentDisputes', 'disputeFork', payment, lines.payment(other)]
}

function* earningCalls({ batch, ledger, parent }: Case, lines: OpenLines, agent: number): Generator<Call> {
  const before =
    parent && agent < parent.ledger.earnings.length ? new OpenLines(parent.ledger).earning(agent) : noEarning
  const agentId = BigInt(agent)
  // Where the parent has lines of more agents, no line is read.
  if (agent >= ledger.earnings.length) {
    return yield ['PaymentDisputes', 'disputeUnpaid', agentId, noEarning, parent?.batch ?? batch, before]
  }
  const earning = lines.earning(agent)
  const { last } = earning.line
  if (last === 0n) {
    yield ['PaymentDisputes', 'disputeUnpaid', agentId, earning, parent?.batch ?? batch, before]
  } else if (ledger.payments.length > 0) {
    const named = last > ledger.payments.length ? 0 : Number(last) - 1
    yield ['PaymentDisputes', 'disputeLast', agentId, earning, lines.payment(named)]
  }
  const later = ledger.payments.findIndex(each => each.agentId === agentId && each.previous === last)
  if (later >= 0) yield ['PaymentDisputes', 'disputeLater', earning, lines.payment(later)]
}

function* penaltyCalls({ ledger, evidenceAt }: Case, lines: OpenLines, index: number): Generator<Call> {
  const penalty = lines.penalty(index)
  const named = Number(penalty.line.task)
  const holder = ledger.tasks.findIndex(task => index >= task.firstPenalty && index < task.endPenalty)
  for (const task of new Set([named, holder])) {
    if (ledger.tasks[task]) yield ['PaymentDisputes', 'disputePenalty', lines.task(task), penalty]
  }
  const held = evidenceAt(penalty.line.evidenceIndex)
  yield ['PaymentDisputes', 'disputeEvidence', penalty, held?.leaf ?? noHash, held?.path ?? []]
}
