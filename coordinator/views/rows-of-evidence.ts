import type { ChainEvent } from '../../protocol/chain-event.ts'
import type { Leaf } from '../../protocol/evidence.ts'
import type { Change } from './change.ts'

/**
 * A leaf of the evidence log.
 *
 * @param position in the log, from 0
 */
export function rowsOfLeaf({ taskId, index, type, hash }: Leaf, position: number): Change[] {
  return [{ put: 'leaves', row: { position, taskId, eventIndex: index, type, hash } }]
}

/** A checkpoint, as the chain holds it. */
export function rowsOfCheckpoint({ contract, event, args, txHash, blockNumber, blockTimeMs }: ChainEvent): Change[] {
  if (contract !== 'EvidenceLog' || event !== 'Checkpointed') return []
  const { size, root } = args as Record<string, string>
  return [{ put: 'checkpoints', row: { size: Number(size), root: root!, txHash, blockNumber, atMs: blockTimeMs } }]
}
