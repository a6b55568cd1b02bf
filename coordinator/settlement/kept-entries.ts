import type { JetStreamManager } from '@nats-io/jetstream'
import { leafHash, leafOf } from '../../protocol/evidence.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { KeptEntry } from '../flow/batch/settled-task.ts'
import { readEntries } from '../log/read-events.ts'
import type { EvidenceLeaves } from './evidence-leaves.ts'

/**
 * Why there are none: the task has no log here; its log has no settlement; or an entry of it is in no leaf of the evidence
 * log yet.
 */
export type Unkept = 'unknown' | 'unsettled' | { readonly unkept: string }

/**
 * A task's log up to its settlement, each entry with the leaf of the evidence log that it is. What is in the log and in no
 * leaf counts for nothing: the log could have been written anew.
 */
export async function readKeptEntries(
  jsm: JetStreamManager,
  evidence: EvidenceLeaves,
  taskId: Hex,
): Promise<KeptEntry[] | Unkept> {
  const kept: KeptEntry[] = []
  for await (const { entry } of readEntries(jsm, taskId)) {
    if (!entry) continue
    const { first, events } = entry
    const leaf = leafHash(leafOf(taskId, first, events))
    const index = evidence.indexOf(leaf)
    if (index === null) return { unkept: `the leaf of event ${first} of task ${taskId}` }
    kept.push({ events, leaf, index })
    if (events.some(({ type }) => type === 'SettlementComputed')) return kept
  }
  return kept.length === 0 ? 'unknown' : 'unsettled'
}
