import type { PaymentLine } from '../../../protocol/batch.ts'
import { stepWrong } from '../../flow/batch/audit-line.ts'
import { treeOfNumbers } from '../../flow/batch/batch-ledger.ts'
import type { Finding } from '../../flow/batch/finding.ts'
import { coalitionAt, traceOf } from '../../flow/batch/shapley-steps.ts'
import { type OpenedNumber, OpenLines, openNumber } from '../open-lines.ts'
import type { Call, Case } from './case.ts'

const noEarning = { line: { cumulative: 0n, last: 0n }, path: [] }

/** Of what is wrong with a payment. */
export function* paymentCalls(given: Case, lines: OpenLines, { rule, index }: Finding): Generator<Call> {
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
export function* stepCalls(
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

/** Of what is wrong with the sum of an agent's earnings. */
export function* earningCalls({ batch, ledger, parent }: Case, lines: OpenLines, agent: number): Generator<Call> {
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
