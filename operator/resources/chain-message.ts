import { z } from 'zod'
import type { ChainMessageDetail } from '../../coordinator/views/list-chain-messages.ts'
import type { Views } from '../../coordinator/views/schema.ts'
import { messageStates } from '../../protocol/chain-message.ts'
import { JsonValue } from '../../protocol/json.ts'
import { AddressText, AmountText, Hash, TimeMs } from './fields.ts'

const summary = {
  messageId: Hash,
  number: z.int().describe('The order of arrival'),
  tenant: z.string(),
  operation: z.string(),
  businessId: z.string(),
  contract: z.string(),
  call: z.string(),
  traceId: z.string().nullable().describe('The W3C trace that it belongs to'),
  batch: Hash.nullable().describe('The message whose transaction carries it among others'),
  state: z.enum(messageStates),
  attempt: z.int().nullable(),
  signer: AddressText.nullable(),
  nonce: z.int().nullable(),
  txHash: Hash.nullable(),
  blockNumber: z.int().nullable(),
  gasUsed: AmountText.nullable(),
  cause: z.string().nullable().describe('Why it is in this state'),
  revert: z.object({ name: z.string(), args: JsonValue }).nullable().describe("The contract's reason"),
  receivedAtMs: TimeMs,
  updatedAtMs: TimeMs,
}

export const ChainMessageSummary = z.object(summary).meta({ id: 'ChainMessageSummary' })

export const ChainMessage = z
  .object({
    ...summary,
    args: z.array(JsonValue),
    steps: z.array(
      z.object({
        state: z.enum(messageStates),
        atMs: TimeMs,
        cause: z.string().nullable(),
        attempt: z.int().nullable(),
        txHash: Hash.nullable(),
      }),
    ),
  })
  .meta({ id: 'ChainMessage' })

export function toChainMessageSummary({ revertReason, ...row }: Views['chainMessages']) {
  const revert = revertReason === null ? null : JSON.parse(revertReason)
  return ChainMessageSummary.parse({ ...row, revert })
}

export function toChainMessage(row: ChainMessageDetail): z.infer<typeof ChainMessage> {
  return ChainMessage.parse({ ...row, ...toChainMessageSummary(row), args: JSON.parse(row.args) })
}
