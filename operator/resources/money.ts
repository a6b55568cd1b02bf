import { z } from 'zod'
import { AmountText, Hash, TimeMs } from './fields.ts'

export const Balance = z.object({
  kind: z.string().describe('wallet, account, leaving, task, batch, purse, pool, bonded, unbonding, held'),
  owner: z
    .string()
    .describe('An address, the id of an agent, task or batch, or `treasury`; empty for the sum of a kind'),
  amount: AmountText,
})

export const Movement = z
  .object({
    number: z.int().describe('Of the event: block · 1,000,000 + place in the block'),
    place: z.int(),
    cause: z.string().describe('Contract.Event'),
    fromKind: z.string().nullable().describe('As of balances; null from outside'),
    fromOwner: z.string().nullable(),
    toKind: z.string().nullable(),
    toOwner: z.string().nullable(),
    amount: AmountText,
    taskId: Hash.nullable(),
    blockNumber: z.int(),
    txHash: Hash,
    atMs: TimeMs,
  })
  .meta({ id: 'Movement' })
