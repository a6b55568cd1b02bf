import type { Kysely } from 'kysely'
import type { ChainEvent } from '../../protocol/chain-event.ts'
import type { LeafParts } from '../read-leaf.ts'
import type { Change } from './change.ts'
import type { Views } from './schema.ts'

/**
 * Leaves of the evidence log, one after the other.
 *
 * @param place of the first of them in the log, from 0
 */
export function rowsOfLeaves(leaves: readonly LeafParts[], place: number): Change[] {
  return leaves.map(({ taskId, first, events }, index) => ({
    put: 'leaves',
    row: { position: place + index, taskId, firstEvent: first, events },
  }))
}

/** They are numbered from 0, without a gap. */
export async function countLeaves(db: Kysely<Views>): Promise<number> {
  const last = await db.selectFrom('leaves').select('position').orderBy('position', 'desc').limit(1).executeTakeFirst()
  return last ? last.position + 1 : 0
}

/** A checkpoint, as the chain holds it. */
export function rowsOfCheckpoint({ contract, event, args, txHash, blockNumber, blockTimeMs }: ChainEvent): Change[] {
  if (contract !== 'EvidenceLog' || event !== 'Checkpointed') return []
  const { size, root } = args as Record<string, string>
  return [{ put: 'checkpoints', row: { size: Number(size), root: root!, txHash, blockNumber, atMs: blockTimeMs } }]
}
