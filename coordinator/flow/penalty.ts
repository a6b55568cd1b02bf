import type { Fault } from '../../protocol/settlement.ts'
import type { Terms } from '../../protocol/task.ts'

/** What a fault costs of a stake, in units of the token, rounded down; nothing where the task's terms do not name it. */
export function penaltyFor(fault: Fault, stake: string | bigint, { penaltyBps }: Terms): bigint {
  const rates: Record<Fault, number | undefined> = {
    'no-show': penaltyBps.noShow,
    late: penaltyBps.late,
    wrong: penaltyBps.wrong,
    unrevealed: penaltyBps.unrevealed,
    equivocation: penaltyBps.equivocation,
    collusion: penaltyBps.collusion,
  }
  return (BigInt(stake) * BigInt(rates[fault] ?? 0)) / 10_000n
}
