import { z } from 'zod'
import { canonicalJson } from '../../protocol/canonical.ts'
import { Address, Amount, Bytes32 } from '../../protocol/ids.ts'
import { parseJson } from '../../stack/parse-json.ts'
import type { Ledger } from '../flow/batch/batch-ledger.ts'

const format = 'entente.batch/1'
const number = Amount.transform(BigInt)
/** What the contracts hold in 48 bits or less. */
const small = z
  .int()
  .min(0)
  .max(2 ** 48 - 1)
const Signature = z.strictObject({ r: Bytes32, s: Bytes32, v: small })

const Order = z.strictObject({
  requester: Address,
  domainId: Bytes32,
  specHash: Bytes32,
  inputHash: Bytes32,
  policyHash: Bytes32,
  token: Address,
  budget: number,
  deadline: number,
  nonce: number,
})

export const TaskLine = z.strictObject({
  order: Order,
  signature: Signature,
  pool: number,
  fee: number,
  debited: number,
  feesSoFar: number,
  firstPayment: number,
  endPayment: number,
  firstPenalty: number,
  endPenalty: number,
  coalitions: Bytes32,
  evidence: Bytes32,
})

const signed = { agentId: number, subtask: Bytes32, attempt: small, wallet: Address, signature: Signature }

export const PaymentLine = z.strictObject({
  ...signed,
  task: number,
  share: number,
  amount: number,
  earned: number,
  previous: number,
  trace: Bytes32,
  inputHash: Bytes32,
  outputHash: Bytes32,
  startedAtMs: number,
  finishedAtMs: number,
})

export const PenaltyLine = z.strictObject({
  ...signed,
  task: number,
  amount: number,
  fault: small,
  evidence: Bytes32,
  evidenceIndex: number,
  commitment: Bytes32,
})

export const Earning = z.strictObject({ cumulative: number, last: number })

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

/** The same value with every bigint as a decimal string: as JSON, and as the gateway's door, take it. */
export function withoutBigints(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (Array.isArray(value)) return value.map(withoutBigints)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutBigints(each)]))
}
