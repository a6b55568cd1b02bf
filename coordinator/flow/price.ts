import type { Terms } from '../../protocol/task.ts'
import { paidForGold } from './gold-attempt.ts'
import { chosenOf } from './grow.ts'
import type { SubtaskProgress } from './progress.ts'

/** What the agents of an attempt may cost at most, fee included. */
export function costOf(chosen: readonly { readonly price: string }[], { feeBps }: Terms): bigint {
  const pool = chosen.reduce((sum, { price }) => sum + BigInt(price), 0n)
  return pool + (pool * BigInt(feeBps)) / 10_000n + 1n
}

/** What a subtask holds of the budget of a task under way: its attempt is open, or has led to something. */
export function heldBy(progress: SubtaskProgress, terms: Terms): bigint {
  const { phase, assigned } = progress
  const held =
    assigned && phase !== 'waiting' && phase !== 'failed' && phase !== 'dropped'
      ? costOf(chosenOf(progress), terms)
      : 0n
  return held + goldHeldBy(progress, terms)
}

/** What is owed for gold that was asked for it, however it ends. */
export function goldHeldBy(progress: SubtaskProgress, terms: Terms): bigint {
  return progress.gold.opened.length === 0 ? 0n : costOf(paidForGold(progress), terms)
}
