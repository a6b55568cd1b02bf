import type { Bundle } from '../protocol/evidence.ts'
import type { Address } from '../protocol/ids.ts'
import { isGivenKey } from '../protocol/key-release.ts'
import { assignmentBefore } from './assigned.ts'

/** The wallet that an attempt was assigned to, by the history before `index`; null for an agent that was not asked. */
export function walletOf(
  bundle: Bundle,
  index: number,
  event: { subtaskId: string; attempt: number; agentId: string },
): Address | null {
  const chosen = assignmentBefore(bundle, index, event)?.chosen ?? []
  return chosen.find(({ agentId }) => agentId === event.agentId)?.wallet ?? null
}

/** The wallet of the maker of a sealed value, as it was when it was given the work in which it made it; or of its keeper. */
export function walletOfMaker(
  bundle: Bundle,
  index: number,
  { subtaskId, attempt, agentId }: { subtaskId: string; attempt: number; agentId: string },
): Address | null {
  for (const { event } of bundle.events.slice(0, index)) {
    if (event.type !== 'KeysAsked' || event.subtaskId !== subtaskId || event.attempt !== attempt) continue
    const made = event.wanted.find(wanted => wanted.agentId === agentId)
    if (!made) return null
    return isGivenKey(made) ? walletOfKeeper(bundle, index, agentId) : walletOf(bundle, index, made)
  }
  return null
}

/** As whoever gave the value named it; the last word counts. */
function walletOfKeeper({ events }: Bundle, index: number, agentId: string): Address | null {
  const keepers = events.slice(0, index).flatMap(({ event }) => ('keepers' in event ? (event.keepers ?? []) : []))
  return keepers.findLast(keeper => keeper.agentId === agentId)?.wallet ?? null
}
