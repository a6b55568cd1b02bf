import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { listContracts } from '../../coordinator/views/list-chain-events.ts'
import { Problem } from '../problem.ts'
import { AddressText, Hash, TimeMs } from '../resources/fields.ts'
import { callers } from '../roles.ts'
import type { Surroundings } from '../surroundings.ts'

const Contract = z
  .object({
    name: z.string(),
    address: AddressText,
    version: z.int().describe('One more each time another address takes the name'),
    state: z.enum(['active', 'frozen', 'retired']),
    codeHash: Hash.describe('Of the code at the address when it was recorded'),
    blockNumber: z.int().describe('Of its last change'),
    txHash: Hash,
    atMs: TimeMs,
  })
  .meta({ id: 'Contract' })

export const contractRoutes: FastifyPluginAsyncZod<Surroundings> = async (app, { db }) => {
  app.get(
    '/v1/contracts',
    {
      config: { callers: callers.all },
      schema: {
        tags: ['Chain'],
        summary: 'List the contracts as their registry on chain has them',
        response: { 200: z.object({ items: z.array(Contract) }).meta({ id: 'Contracts' }), default: Problem },
      },
    },
    async () => ({ items: z.array(Contract).parse(await listContracts(db)) }),
  )
}
