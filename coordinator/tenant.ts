import type { Batch } from '../protocol/batch.ts'
import { withoutBigints } from '../protocol/batch-json.ts'
import { contentHash, type Json } from '../protocol/canonical.ts'

/** Under which name coordinators send to the chain. */
export const tenant = 'coordinator'

/** How long a message to the chain may take to its outcome before the effect that waits for it begins anew. */
export const anchorTimeoutMs = 60_000

/** Under which name a settler posts batches. */
export const settlerTenant = 'settler'

/** Under which name a rater has ratings written. */
export const raterTenant = 'rater'

/** The messages under which a batch is posted, and made final: each try has one of its own. */
export const postKey = (batch: Batch, attempt: number) => ({
  tenant: settlerTenant,
  operation: 'post',
  businessId: `${contentHash(withoutBigints(batch) as Json)}/${attempt}`,
})
export const finaliseKey = (batch: bigint | string, attempt: number) => ({
  tenant: settlerTenant,
  operation: 'finalise',
  businessId: `${batch}/${attempt}`,
})
