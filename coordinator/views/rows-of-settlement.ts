import type { Settlement } from '../../protocol/settlement.ts'
import type { Change } from './change.ts'

/** The parts of a settlement, one row each: payments + fee + refund = budget; penalties come out of stakes. */
export function rowsOfSettlement({ taskId, payments, penalties, fee, refund }: Settlement): Change[] {
  const nobody = { agentId: null, fault: null, subtaskId: null }
  const parts = [
    ...payments.map(payment => ({ kind: 'payment', ...nobody, ...payment })),
    ...penalties.map(({ agentId, amount, fault, subtaskId }) => ({
      kind: 'penalty',
      agentId,
      amount,
      fault,
      subtaskId,
    })),
    { kind: 'fee', ...nobody, amount: fee },
    { kind: 'refund', ...nobody, amount: refund },
  ]
  return parts.map((part, ordinal) => ({ put: 'money', row: { taskId, ordinal, ...part } }))
}
