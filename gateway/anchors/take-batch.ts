import { type BatchTaken, batchIdOf, type ItemBatch } from '../../protocol/anchoring.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { fromHex } from '../../protocol/hash.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { isOvertaken } from '../../stack/publish.ts'
import { checkProves } from '../check-receipts.ts'
import type { Ground } from './ground.ts'

/**
 * Stores the items of a batch, and only then says that they are taken. One message of the stream holds them all, so they
 * are in one tree, side by side.
 *
 * @throws EntenteError IDEMPOTENCY_CONFLICT; RECEIPTS_UNPROVEN; BUS_UNREACHABLE when they may not be stored
 */
export async function takeBatch(
  { js, jsm, places, pipeline }: Ground,
  tenant: string,
  { businessId, items }: ItemBatch,
): Promise<BatchTaken> {
  checkProves(pipeline.profile, 'items cannot be proven to be anchored')
  const bytes = fromHex(items)
  const batchId = batchIdOf(tenant, businessId)
  const taken = { batchId, items: bytes.length / 32 }
  const subject = subjects.anchorBatch(batchId)
  try {
    const { seq } = await js.publish(subject, bytes, { expect: { lastSubjectSequence: 0 } })
    places.set(batchId, { seq, items: taken.items })
    return taken
  } catch (cause) {
    if (!isOvertaken(cause)) {
      throw new EntenteError('BUS_UNREACHABLE', `the items of ${businessId} are not stored yet`, { cause })
    }
  }
  const kept = await jsm.streams.getMessage(streams.anchors, { last_by_subj: subject })
  if (kept !== null && bytes.equals(kept.data)) return taken
  throw new EntenteError('IDEMPOTENCY_CONFLICT', `(${tenant}, ${businessId}) was sent before with other items`)
}
