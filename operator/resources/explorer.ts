import { z } from 'zod'
import type { TransactionFound } from '../../coordinator/views/list-chain-events.ts'
import { JsonValue } from '../../protocol/json.ts'
import { ChainMessageSummary, toChainMessageSummary } from './chain-message.ts'
import { AddressText, AgentIdText, Hash, TimeMs } from './fields.ts'
import { Balance } from './money.ts'

export const Block = z
  .object({ blockNumber: z.int(), blockHash: Hash, atMs: TimeMs, transactions: z.int(), events: z.int() })
  .meta({ id: 'Block' })

const Event = z.object({
  contract: z.string(),
  event: z.string(),
  args: z.record(z.string(), JsonValue),
  address: AddressText,
  blockNumber: z.int(),
  blockHash: Hash,
  logIndex: z.int(),
  atMs: TimeMs,
})

export const Transaction = z
  .object({
    txHash: Hash,
    calls: z
      .array(ChainMessageSummary.extend({ args: z.array(JsonValue) }))
      .describe('Sent by our gateway; else empty'),
    events: z.array(Event),
  })
  .meta({ id: 'Transaction' })

export const WholeBlock = z
  .object({ blockNumber: z.int(), blockHash: Hash, atMs: TimeMs, transactions: z.array(Transaction) })
  .meta({ id: 'WholeBlock', description: 'With the transactions that have events of the consortium' })

export function toTransaction(txHash: string, { calls, events }: TransactionFound): z.infer<typeof Transaction> {
  return Transaction.parse({
    txHash,
    calls: calls.map(call => ({ ...toChainMessageSummary(call), args: JSON.parse(call.args) })),
    events: events.map(event => ({ ...event, args: JSON.parse(event.args) })),
  })
}

export const AddressPage = z
  .object({
    address: AddressText,
    domains: z.array(z.object({ domainId: z.string(), name: z.string(), status: z.string() })).describe('Its admin'),
    agents: z
      .array(
        z.object({
          agentId: AgentIdText,
          domainId: z.string().nullable(),
          owner: AddressText,
          wallet: AddressText.nullable(),
        }),
      )
      .describe('Their owner, or their wallet'),
    contracts: z.array(z.object({ name: z.string(), version: z.int(), state: z.string() })),
    tasksFunded: z.int().describe('Tasks that were reserved from its account'),
    balances: z.array(Balance).describe('Its own, and those of agents that it owns'),
    messages: z.array(ChainMessageSummary).describe('The latest that it sent by our gateway'),
    events: z.array(Event.extend({ txHash: Hash, number: z.int() })).describe('That name it, the latest first'),
    next: z.string().nullable().describe('Send as `before` for the events before these'),
  })
  .meta({ id: 'AddressPage' })

export const Hits = z
  .object({
    items: z.array(
      z.object({
        type: z.enum(['block', 'transaction', 'message', 'task', 'agent', 'domain', 'address']),
        id: z.string(),
        href: z.string(),
      }),
    ),
  })
  .meta({ id: 'SearchHits' })
