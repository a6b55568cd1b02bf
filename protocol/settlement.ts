import { z } from 'zod'
import { AgentId, Amount, Bytes32, SubtaskId, TaskId } from './ids.ts'

/** Each agent's measured share of the outcome; the shares sum to exactly one. */
export const Contribution = z.object({
  /** Common denominator of the shares: a decimal number. */
  whole: Amount,
  shares: z.array(z.object({ agentId: AgentId, share: Amount })),
})
export type Contribution = z.infer<typeof Contribution>

export const faults = ['no-show', 'late', 'wrong', 'unrevealed', 'equivocation', 'collusion'] as const
export type Fault = (typeof faults)[number]

/** What a tag of ERC-8004 feedback keeps in one slot, in bytes (`TaskFeedback.MAX_TAG`). */
export const mostTag = 31

/** How an agent did in a task, as ERC-8004's reputation registry is told (`TaskFeedback.rate`). */
export const Rating = z.object({
  agentId: AgentId,
  /** The share of what it did that was good, in percent, rounded down. */
  score: z.int().min(0).max(100),
  /** The skill, where there is one and it fits. */
  tag: z.string().max(mostTag),
})
export type Rating = z.infer<typeof Rating>

/** Who is paid and fined for one task: payments + fee + refund = budget, to the last unit. */
export const Settlement = z.object({
  taskId: TaskId,
  budget: Amount,
  payments: z.array(z.object({ agentId: AgentId, amount: Amount })),
  penalties: z.array(
    z.object({ agentId: AgentId, amount: Amount, fault: z.enum(faults), subtaskId: SubtaskId, evidence: Bytes32 }),
  ),
  fee: Amount,
  refund: Amount,
  /** Content hash of the contribution that the payments follow from. */
  contribution: Bytes32,
  /** In ascending order of agentId, each once; absent in older logs, and of tasks that did not complete. */
  ratings: z.array(Rating).optional(),
})
export type Settlement = z.infer<typeof Settlement>

/**
 * The settlement as the escrow contract takes it (EIP-712 `Settlement`); `evidence` is the content hash of the whole.
 * An agent's penalties of one task are one item: the contract wants each agent once, in ascending order.
 */
export function settlementForChain(settlement: Settlement, evidence: Bytes) {
  const penalties = new Map<string, { agentId: string; amount: bigint; evidence: Bytes }>()
  for (const { agentId, amount, evidence: proof } of settlement.penalties) {
    const before = penalties.get(agentId)
    penalties.set(agentId, {
      agentId,
      amount: (before?.amount ?? 0n) + BigInt(amount),
      evidence: before?.evidence ?? proof,
    })
  }
  return {
    taskId: settlement.taskId,
    evidence,
    payments: settlement.payments.map(({ agentId, amount }) => ({ agentId, amount })),
    penalties: [...penalties.values()]
      .sort((a, b) => (BigInt(a.agentId) < BigInt(b.agentId) ? -1 : 1))
      .map(penalty => ({ ...penalty, amount: penalty.amount.toString() })),
    fee: settlement.fee,
    refund: settlement.refund,
  }
}
type Bytes = z.infer<typeof Bytes32>
