import { z } from 'zod'
import { Address, Amount, Bytes32 } from './ids.ts'

/*
 * Batches and their lines as JSON has them: numbers wider than 48 bits are decimal strings.
 */

/** A number of any width, as a decimal string. */
export const number = Amount.transform(BigInt)
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

/** A batch as it was posted. */
export const BatchHeader = z.object({
  parent: number,
  data: Bytes32,
  tasks: Bytes32,
  payments: Bytes32,
  penalties: Bytes32,
  earnings: Bytes32,
  taskCount: number,
  paymentCount: number,
  penaltyCount: number,
  earningCount: number,
  evidenceSize: number,
  fees: number,
  debits: z.array(z.object({ requester: Address, endTask: number, amount: number })),
})

/** The same value with every bigint as a decimal string: as JSON, and as the gateway's door, take it. */
export function withoutBigints(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (Array.isArray(value)) return value.map(withoutBigints)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, withoutBigints(each)]))
}
