import { type Batch, lineFaults, type PenaltyLine } from '../../../protocol/batch.ts'
import { digestCommit, fitsLine, recoverSigner, taskIdOf } from '../../../protocol/batch-lines.ts'
import { auditPayments } from './audit-payments.ts'
import { auditTasks } from './audit-tasks.ts'
import { headerOf, type Ledger } from './batch-ledger.ts'
import type { ChainFacts } from './chain-facts.ts'
import type { Finding } from './finding.ts'

/**
 * All that is wrong with a posted batch, judged by the lines that its settler published. Empty for a right one. Never
 * throws, whatever was published.
 *
 * Three fields no rule of the contracts ties to anything: the fault and the amount of a penalty, against which its agent can
 * appeal, and the hash of a settlement's document. Whoever holds the document recomputes them.
 */
export function auditBatch(batch: Batch, ledger: Ledger, facts: ChainFacts): Finding[] {
  return [
    ...auditHeader(batch, ledger),
    ...auditTasks(batch, ledger, facts),
    ...auditPayments(ledger, facts),
    ...auditPenalties(batch, ledger, facts),
  ]
}

/** Lines other than those committed to cannot be shown, nor can a line that no contract can read. */
function* auditHeader(batch: Batch, ledger: Ledger): Generator<Finding> {
  const unread = [...unreadable(ledger)]
  yield* unread
  if (unread.length > 0) return
  const expected = headerOf(ledger, batch)
  const fields = ['tasks', 'payments', 'penalties', 'earnings'] as const
  const counts = ['taskCount', 'paymentCount', 'penaltyCount', 'earningCount'] as const
  for (const field of [...fields, ...counts]) {
    if (batch[field] === expected[field]) continue
    yield { rule: 'LineWithheld', tree: 'Header', index: 0, why: `its ${field} is not that of the lines published` }
  }
}

function* unreadable({ tasks, payments, penalties, earnings }: Ledger): Generator<Finding> {
  const why = 'a number does not fit its type'
  for (const [index, line] of tasks.entries()) {
    if (!fitsLine('TaskLine', line)) yield { rule: 'LineWithheld', tree: 'Tasks', index, why }
  }
  for (const [index, line] of payments.entries()) {
    if (!fitsLine('PaymentLine', line)) yield { rule: 'LineWithheld', tree: 'Payments', index, why }
  }
  for (const [index, line] of penalties.entries()) {
    if (!fitsLine('PenaltyLine', line)) yield { rule: 'LineWithheld', tree: 'Penalties', index, why }
  }
  for (const [index, line] of earnings.entries()) {
    if (!fitsLine('Earning', line)) yield { rule: 'LineWithheld', tree: 'Earnings', index, why }
  }
}

function* auditPenalties(batch: Batch, ledger: Ledger, facts: ChainFacts): Generator<Finding> {
  for (const [index, line] of ledger.penalties.entries()) {
    const finding = (why: string): Finding => ({ rule: 'PenaltyUnproven', tree: 'Penalties', index, why })
    const { evidence, evidenceIndex } = line
    if (faultUnsigned(ledger, line, index, facts)) yield finding('it is not of its task, or its agent signed nothing')
    if (evidenceIndex >= batch.evidenceSize || facts.evidenceAt(evidenceIndex) !== evidence) {
      yield finding('the evidence log does not hold its evidence')
    }
  }
}

function faultUnsigned({ tasks }: Ledger, line: PenaltyLine, index: number, facts: ChainFacts): boolean {
  const task = tasks[Number(line.task)]
  if (!task || index < task.firstPenalty || index >= task.endPenalty) return true
  // Who did not come signed nothing.
  if (lineFaults[line.fault] === 'no-show') return false
  if (!fitsLine('PenaltyLine', line) || !fitsLine('TaskLine', task)) return true
  const digest = digestCommit(facts.domain, taskIdOf(facts.domain, task.order), line)
  return recoverSigner(digest, line.signature) !== line.wallet || !facts.spokeFor(line.agentId, line.wallet)
}
