import type { Batch, Rule, TaskLine } from '../../../protocol/batch.ts'
import { fitsLine, recoverSigner, taskIdOf } from '../../../protocol/batch-lines.ts'
import type { Hex } from '../../../protocol/hash.ts'
import { coalitionsOf, exceedsBudget, isInGroup, splitWrong, totalsWrong } from './audit-line.ts'
import { type Ledger, treeOfNumbers } from './batch-ledger.ts'
import type { ChainFacts } from './chain-facts.ts'
import type { Finding } from './finding.ts'
import { maxValue } from './shapley-steps.ts'

/** What is wrong with the task lines, as the disputes of TaskDisputes.sol would show it. */
export function* auditTasks(batch: Batch, ledger: Ledger, facts: ChainFacts): Generator<Finding> {
  const settled = new Set<Hex>()
  for (const [index, line] of ledger.tasks.entries()) {
    const finding = (rule: Rule, why: string): Finding => ({ rule, tree: 'Tasks', index, why })
    if (exceedsBudget(line, facts.maxFeeBps)) yield finding('BudgetExceeded', 'it costs more than its order allows')
    const group = batch.debits.findIndex((_, each) => isInGroup(batch, BigInt(index), each))
    if (totalsWrong(batch, ledger.tasks[index - 1], line, BigInt(index), group)) {
      yield finding('SumWrong', 'its totals do not go on from the line before, or do not end as the batch says')
    }
    const payments = ledger.payments.slice(Number(line.firstPayment), Number(line.endPayment))
    if (splitWrong(line, BigInt(index), payments)) {
      yield finding('SplitWrong', 'its payments are not its pool, split by their shares')
    }
    const values = ledger.values[index] ?? []
    if (!areValues(line, values)) yield finding('ContributionWrong', 'its coalitions do not have the values committed')
    // Of a line that no contract can read, no order can be told.
    if (!fitsLine('TaskLine', line)) continue

    const taskId = taskIdOf(facts.domain, line.order)
    if (orderWrong(line, taskId, facts)) yield finding('OrderInvalid', 'no order allowed it when it was posted')
    if (settled.has(taskId) || facts.isSettled(taskId)) yield finding('SettledTwice', 'its order is settled elsewhere')
    settled.add(taskId)
  }
}

function areValues(line: TaskLine, values: readonly bigint[]): boolean {
  return (
    values.length === coalitionsOf(line) &&
    values[0] === 0n &&
    values.every(value => value >= 0n && value <= maxValue) &&
    treeOfNumbers(values).root() === line.coalitions
  )
}

function orderWrong({ order, signature }: TaskLine, taskId: Hex, facts: ChainFacts): boolean {
  if (order.token !== facts.token || recoverSigner(taskId, signature) !== order.requester) return true
  return facts.postedAt > order.deadline + facts.graceSeconds || facts.isSpent(order, taskId)
}
