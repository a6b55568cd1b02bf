import { z } from 'zod'
import { AddressText, AgentIdText, AmountText, Hash, TimeMs } from './fields.ts'

export const Balance = z.object({
  kind: z.string().describe('wallet, account, leaving, task, batch, bond, purse, pool, bonded, unbonding, held'),
  owner: z
    .string()
    .describe(
      'An address, or the id of an agent, task or batch; empty for the sum of a kind; `treasury` where no event told its address',
    ),
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

export const bondStates = ['held', 'returned', 'lost'] as const

export const Bond = z
  .object({
    kind: z.string().describe('batch, of who posted it; demand, for a line of one; appeal, against a penalty'),
    id: z.string().describe('The batch; the batch, tree, index and sub of a line; or the task and agent of a penalty'),
    giver: AddressText,
    amount: AmountText,
    state: z.string().describe('held, returned to the giver, or lost: to whom, movements say'),
    untilMs: TimeMs.describe('From when on anybody can have it settled, if nobody did before'),
    batch: z.string().nullable(),
    taskId: Hash.nullable(),
    agentId: AgentIdText.nullable(),
    atMs: TimeMs,
    endedAtMs: TimeMs.nullable(),
  })
  .meta({ id: 'Bond' })
