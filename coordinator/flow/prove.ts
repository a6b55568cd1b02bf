import { canonicalRecord } from '../../protocol/canonical.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import type { Bundle, Party, WrittenEvent } from '../../protocol/evidence.ts'
import { byNumber } from './contribute.ts'

/** What a bundle is made of beside its events. */
export type BundleParts = Omit<Bundle, 'format' | 'events'>

/** Step "prove": everything about one task in one file, as canonical JSON. */
export function bundleText(parts: BundleParts, events: readonly WrittenEvent[]): string {
  const items = events.map(({ text, hash }) => `{"event":${text},"hash":"${hash}"}`)
  return canonicalRecord({ format: 'entente.bundle/2', ...parts }, { events: `[${items.join()}]` })
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
