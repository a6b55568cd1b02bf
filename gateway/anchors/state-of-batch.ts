import { type BatchKey, type BatchState, batchIdOf } from '../../protocol/anchoring.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { Address } from '../../protocol/ids.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { readRecords } from '../../stack/chain-records.ts'
import type { Ground } from './ground.ts'
import { messageOf, type Trees } from './trees.ts'

/**
 * What became of a batch; once it is anchored, with all that its items' proofs are made of.
 *
 * @throws EntenteError NOT_FOUND
 */
export async function stateOfBatch(
  { jsm, pipeline }: Ground,
  trees: Trees,
  tenant: string,
  { businessId }: BatchKey,
): Promise<BatchState> {
  const subject = subjects.anchorBatch(batchIdOf(tenant, businessId))
  const batch = await jsm.streams.getMessage(streams.anchors, { last_by_subj: subject })
  if (batch === null) throw new EntenteError('NOT_FOUND', `${tenant} has submitted no items as ${businessId}`)
  const tree = await trees.holding(batch.seq)
  if (tree === null) return { state: 'gathered' }
  const messageId = messageOf(tree)
  const records = await readRecords(jsm, messageId)
  const anchor = records.find(({ record }) => record.state === 'FINAL')?.record.proof
  if (anchor === undefined) return { state: 'sent', messageId }
  const { tree: merkle, firsts } = await trees.grown(tree)
  const first = firsts.get(batch.seq)!
  const besides = merkle.besides(first, batch.data.length / 32, tree.size)
  const contract = pipeline.contracts.addresses().Anchors as Address
  return { state: 'anchored', root: tree.root, size: tree.size, first, besides, messageId, contract, anchor }
}
