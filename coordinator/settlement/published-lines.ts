import type { NatsConnection } from '@nats-io/nats-core'
import { EntenteError } from '../../protocol/errors.ts'
import { getArtifact } from '../../stack/artifacts.ts'
import { type Ledger, treesOf } from '../flow/batch/batch-ledger.ts'
import { readBatchFile } from './batch-file.ts'
import type { PostedBatch } from './posted-batches.ts'

/** The lines of a batch as its settler published them; null where there are none, or others than it commits to. */
export async function publishedLines(nc: NatsConnection, posted: PostedBatch): Promise<Ledger | null> {
  const published = await getArtifact(nc, posted.batch.data).then(readBatchFile, (error: unknown) => {
    if (error instanceof EntenteError && error.code.startsWith('ARTIFACT_')) return null
    throw error
  })
  return published && isLedgerOf(posted, published) ? published : null
}

/** Whether these are the lines that the batch commits to. */
function isLedgerOf({ batch }: PostedBatch, ledger: Ledger): boolean {
  try {
    const { tasks, payments, penalties, earnings } = treesOf(ledger)
    return (
      BigInt(tasks.size) === batch.taskCount &&
      BigInt(payments.size) === batch.paymentCount &&
      BigInt(penalties.size) === batch.penaltyCount &&
      BigInt(earnings.size) === batch.earningCount &&
      tasks.root() === batch.tasks &&
      payments.root() === batch.payments &&
      penalties.root() === batch.penalties &&
      earnings.root() === batch.earnings
    )
  } catch (error) {
    // A number that does not fit its type: no contract could be shown such a line.
    if (error instanceof RangeError) return false
    throw error
  }
}
