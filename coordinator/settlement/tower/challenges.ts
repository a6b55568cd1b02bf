import type { Hex } from '../../../protocol/hash.ts'
import { isInGroup } from '../../flow/batch/audit-line.ts'
import { treeOfNumbers } from '../../flow/batch/batch-ledger.ts'
import type { Finding } from '../../flow/batch/finding.ts'
import { OpenLines, openNumber } from '../open-lines.ts'
import type { Call, Case, Challenge, SettledElsewhere } from './case.ts'
import { earningCalls, paymentCalls, stepCalls } from './payment-challenges.ts'

const noHash: Hex = `0x${'00'.repeat(32)}`

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
