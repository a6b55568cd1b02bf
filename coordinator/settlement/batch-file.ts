import { z } from 'zod'
import { Earning, number, PaymentLine, PenaltyLine, TaskLine, withoutBigints } from '../../protocol/batch-json.ts'
import { canonicalJson } from '../../protocol/canonical.ts'
import { parseJson } from '../../stack/parse-json.ts'
import type { Ledger } from '../flow/batch/batch-ledger.ts'

const format = 'entente.batch/1'
/** All lines of a batch. Numbers wider than 48 bits are decimal strings. */
const BatchFile = z.strictObject({
  format: z.literal(format),
  tasks: z.array(TaskLine),
  payments: z.array(PaymentLine),
  penalties: z.array(PenaltyLine),
  earnings: z.array(Earning),
  values: z.array(z.array(number)),
})

/** The file that a settler publishes before it posts the batch; the batch names it by its SHA-256. */
export function writeBatchFile({ tasks, payments, penalties, earnings, values }: Ledger): Uint8Array {
  const file = { format, tasks, payments, penalties, earnings, values }
  return Buffer.from(canonicalJson(withoutBigints(file)))
}

/** The lines in such a file; null when it is none. */
export function readBatchFile(bytes: Uint8Array): Ledger | null {
  return parseJson(BatchFile, bytes)
}
