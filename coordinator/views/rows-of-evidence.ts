import type { ChainEvent } from '../../protocol/chain-event.ts'
import type { LeafParts } from '../read-leaf.ts'
import type { Change } from './change.ts'

/**
 * A leaf of the evidence log.
 *
 * @param position in the log, from 0
 */
export function rowsOfLeaf({ taskId, first, events }: LeafParts, position: number): Change[] {
  return [{ put: 'leaves', row: { position, taskId, firstEvent: first, events } }]
}

/** A checkpoint, as the chain holds it. */
export function rowsOfCheckpoint({ contract, event, args, txHash, blockNumber, blockTimeMs }: ChainEvent): Change[] {
  if (contract !== 'EvidenceLog' || event !== 'Checkpointed') return []
  const { size, root } = args as Record<string, string>
  return [{ put: 'checkpoints', row: { size: Number(size), root: root!, txHash, blockNumber, atMs: blockTimeMs } }]
}
