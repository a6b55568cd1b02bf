import { contentHash } from '../../../protocol/canonical.ts'
import type { Hex } from '../../../protocol/hash.ts'
import type { DataItem, FlowVerdict } from '../../../protocol/policy.ts'
import type { SubtaskProgress } from '../progress.ts'
import type { Task } from '../state.ts'

/** Domains that a subtask may be given to as things stand; null where no policy set was asked. */
export function clearedDomains(task: Task, { flows, consents }: SubtaskProgress): readonly string[] | null {
  if (!task.policed) return null
  if (!flows) return []
  return flows.verdicts.filter(verdict => isOpen(verdict, flows.contentHash, consents)).map(({ domainId }) => domainId)
}

/** What must be masked for all of these domains; null where one of them may not have it. */
export function masksFor(
  task: Task,
  progress: SubtaskProgress,
  domains: readonly string[],
): readonly DataItem[] | null {
  const cleared = clearedDomains(task, progress)
  if (!cleared) return []
  if (!domains.every(domainId => cleared.includes(domainId))) return null
  const { verdicts, data } = progress.flows!
  const given = verdicts.filter(({ domainId }) => domains.includes(domainId))
  return [...new Set(given.flatMap(({ masks }) => masks))].map(place => data[place]!)
}

/** Whether nothing stands in the way any more: it is permitted, and all have approved who must. */
export function isOpen({ permit, approval }: FlowVerdict, hash: Hex, consents: ReadonlySet<Hex>): boolean {
  return permit && approval.every(role => consents.has(consentHash(hash, role)))
}

/** What one role approves of: this decision, as that role. */
export function consentHash(decision: Hex, role: string): Hex {
  return contentHash({ decision, role })
}
