import { contentHash } from '../../protocol/canonical.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import type { Bundle, Party } from '../../protocol/evidence.ts'
import type { Hex } from '../../protocol/hash.ts'
import { byNumber } from './contribute.ts'

/** What a bundle is made of. */
export type BundleParts = Omit<Bundle, 'format' | 'events'> & { readonly events: readonly TaskEvent[] }

/**
 * Step "prove": everything about one task in one file.
 * @param hashOf the content hash of an event, for who has it already
 */
export function assembleBundle(
  { events, ...parts }: BundleParts,
  hashOf: (event: TaskEvent) => Hex = contentHash,
): Bundle {
  return {
    format: 'entente.bundle/2',
    ...parts,
    events: events.map(event => ({ event, hash: hashOf(event) })),
  }
}

/** Every agent that was given work, as it stood when it was first chosen. */
export function partiesOf(events: readonly TaskEvent[]): Party[] {
  const parties = new Map<string, Party>()
  for (const event of events) {
    if (event.type !== 'SubtaskAssigned') continue
    for (const { agentId, domainId, wallet } of event.chosen) {
      if (!parties.has(agentId)) parties.set(agentId, { agentId, domainId, wallet })
    }
  }
  return [...parties.values()].sort((a, b) => byNumber(a.agentId, b.agentId))
}
