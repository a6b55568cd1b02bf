import { type Priority, priorities } from '../../protocol/task.ts'

/** Work that waits for a free place. */
export interface InLine {
  readonly priority: Priority
  readonly domainId: string
  readonly starving: { readonly dueMs: number } | null
  readonly submittedAtMs: number
  /** Unlike any other's. */
  readonly key: string
}

/** What a domain has of the agents now. */
export interface Share {
  /** Attempts at work for it. */
  readonly running: number
  readonly weight: number
  /** When work of its was last given out. */
  readonly servedAtMs: number
}

const ranks = new Map(priorities.map((priority, rank) => [priority, rank]))

/**
 * Which of two goes first, below 0 for the first of them: the class; then what is starving; then the domain with the least
 * at work for its weight, and of equals the one that was served longest ago; then, within a domain, age.
 *
 * Serving whoever has least for its weight is weighted max-min fairness, as by progressive filling (Bertsekas and Gallager,
 * Data Networks, 6.5.2; Ghodsi et al., Dominant Resource Fairness, NSDI 2011, for one resource). Unlike the virtual times of
 * fair queueing it follows from what is open now, so that every coordinator, however young, sees the same order.
 */
export function precedence(a: InLine, b: InLine, shareOf: (domainId: string) => Share): number {
  const byClass = rankOf(a) - rankOf(b) || pressing(a) - pressing(b)
  if (byClass !== 0) return byClass
  const byShare = a.domainId === b.domainId ? 0 : compareShares(shareOf(a.domainId), shareOf(b.domainId))
  return byShare || compareAge(a, b)
}

/** The order within one domain, which no share changes. */
export function compareAge(a: InLine, b: InLine): number {
  return (
    rankOf(a) - rankOf(b) ||
    pressing(a) - pressing(b) ||
    (a.starving?.dueMs ?? 0) - (b.starving?.dueMs ?? 0) ||
    a.submittedAtMs - b.submittedAtMs ||
    compareText(a.key, b.key)
  )
}

/** By cross-multiplication: quotients of the same numbers need not be equal to the last bit. */
function compareShares(a: Share, b: Share): number {
  return a.running * b.weight - b.running * a.weight || a.servedAtMs - b.servedAtMs
}

function rankOf({ priority }: InLine): number {
  return ranks.get(priority)!
}

function pressing({ starving }: InLine): number {
  return starving ? 0 : 1
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
