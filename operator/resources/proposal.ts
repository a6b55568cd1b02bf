import { z } from 'zod'
import type { Prepared } from '../../registry/contracts/prepare.ts'
import { AddressText, Hash, TimeMs } from './fields.ts'

export const Proposals = z
  .object({
    items: z.array(
      z.object({
        what: z.string(),
        step: z.enum(['execute', 'schedule', 'wait']).describe('Under a timelock: schedule, wait, then execute'),
        operation: Hash.nullable().describe('As the timelock names it'),
        executableAtMs: TimeMs.nullable(),
        transaction: z
          .object({
            chainId: z.int(),
            from: AddressText,
            to: AddressText,
            data: z.string(),
            value: z.string(),
            gas: z.string().describe('A limit, generously'),
          })
          .nullable()
          .describe('To be signed and sent by `from`, with a nonce and a fee of its own; null where there is a wait'),
      }),
    ),
  })
  .meta({ id: 'Proposals', description: 'In the order in which they are to be sent; empty when all is so already' })

export function toProposals(prepared: readonly Prepared[]): z.infer<typeof Proposals> {
  return {
    items: prepared.map(({ executableAt, transaction, ...rest }) => ({
      ...rest,
      executableAtMs: executableAt?.getTime() ?? null,
      transaction: transaction && { ...transaction, value: `${transaction.value}`, gas: `${transaction.gas}` },
    })),
  }
}
