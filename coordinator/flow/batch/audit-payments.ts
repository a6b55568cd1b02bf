import type { PaymentLine, Rule, TaskLine } from '../../../protocol/batch.ts'
import { digestReceipt, fitsLine, recoverSigner, taskIdOf } from '../../../protocol/batch-lines.ts'
import { coalitionsOf, earnedWrong } from './audit-line.ts'
import { type Ledger, treeOfNumbers } from './batch-ledger.ts'
import type { ChainFacts } from './chain-facts.ts'
import type { Finding } from './finding.ts'
import { traceOf } from './shapley-steps.ts'

/** What is wrong with the payments and the earnings, as the disputes of PaymentDisputes.sol would show it. */
export function* auditPayments(ledger: Ledger, facts: ChainFacts): Generator<Finding> {
  for (const [index, line] of ledger.payments.entries()) {
    const finding = (rule: Rule, why: string): Finding => ({ rule, tree: 'Payments', index, why })
    const task = ledger.tasks[Number(line.task)]
    if (!task || receiptWrong(line, task, facts)) yield finding('ReceiptInvalid', 'no valid receipt stands behind it')
    if (!task || contributionWrong(ledger, line, task, index)) {
      yield finding('ContributionWrong', "its share does not follow from the coalitions' values")
    }
  }
  yield* auditEarned(ledger, facts)
}

function receiptWrong(line: PaymentLine, task: TaskLine, { domain, spokeFor }: ChainFacts): boolean {
  if (!fitsLine('PaymentLine', line) || !fitsLine('TaskLine', task)) return true
  const signer = recoverSigner(digestReceipt(domain, taskIdOf(domain, task.order), line), line.signature)
  return signer !== line.wallet || !spokeFor(line.agentId, line.wallet)
}

function contributionWrong({ values }: Ledger, line: PaymentLine, task: TaskLine, index: number): boolean {
  const ofTask = values[Number(line.task)] ?? []
  const player = index - Number(task.firstPayment)
  if (ofTask.length !== coalitionsOf(task) || player < 0 || 2 ** player >= ofTask.length) return true
  const trace = traceOf(ofTask, player)
  return line.share !== trace.at(-1) || line.trace !== treeOfNumbers(trace).root()
}

/** Each payment continues the one before it of the same agent, the first the parent, and the agent's line the last. */
function* auditEarned({ payments, earnings }: Ledger, { parent }: ChainFacts): Generator<Finding> {
  const wrong = (tree: 'Payments' | 'Earnings', index: number, why: string): Finding => ({
    rule: 'EarningsWrong',
    tree,
    index,
    why,
  })
  const lasts = new Map<bigint, number>()
  const earnedBy = (agentId: bigint) => {
    const last = lasts.get(agentId)
    return last === undefined ? (parent[Number(agentId)]?.cumulative ?? 0n) : payments[last]!.earned
  }
  const markOf = (agentId: bigint) => BigInt((lasts.get(agentId) ?? -1) + 1)
  for (const [index, line] of payments.entries()) {
    const { agentId } = line
    if (agentId >= earnings.length) yield wrong('Payments', index, 'its agent has no line of earnings')
    if (line.previous !== markOf(agentId)) yield wrong('Payments', index, 'it names another payment as the one before')
    if (earnedWrong(line, earnedBy(agentId)))
      yield wrong('Payments', index, 'it does not add to what was earned before')
    lasts.set(agentId, index)
  }
  if (earnings.length < parent.length) yield wrong('Earnings', earnings.length, 'the parent has lines of more agents')
  for (const [index, line] of earnings.entries()) {
    const agentId = BigInt(index)
    if (line.last !== markOf(agentId)) yield wrong('Earnings', index, 'it names another payment as the last')
    if (line.cumulative !== earnedBy(agentId)) yield wrong('Earnings', index, 'it is not what its agent earned')
  }
}
