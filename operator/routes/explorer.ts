import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { listBlocks, readTransaction } from '../../coordinator/views/list-chain-events.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { Bytes32 } from '../../protocol/ids.ts'
import { JsonValue } from '../../protocol/json.ts'
import { Problem } from '../problem.ts'
import { ChainMessageSummary, toChainMessageSummary } from '../resources/chain-message.ts'
import { AddressText, Hash, Limit, pageOf, TimeMs, toPage } from '../resources/fields.ts'
import { callers } from '../roles.ts'
import type { Surroundings } from '../surroundings.ts'

const tags = ['Chain']
const config = { callers: callers.all }

const Block = z
  .object({ blockNumber: z.int(), blockHash: Hash, atMs: TimeMs, transactions: z.int(), events: z.int() })
  .meta({ id: 'Block' })

const Transaction = z
  .object({
    txHash: Hash,
    calls: z
      .array(ChainMessageSummary.extend({ args: z.array(JsonValue) }))
      .describe('Sent by our gateway; else empty'),
    events: z.array(
      z.object({
        contract: z.string(),
        event: z.string(),
        args: z.record(z.string(), JsonValue),
        address: AddressText,
        blockNumber: z.int(),
        blockHash: Hash,
        logIndex: z.int(),
        atMs: TimeMs,
      }),
    ),
  })
  .meta({ id: 'Transaction' })

export const explorerRoutes: FastifyPluginAsyncZod<Surroundings> = async (app, { db }) => {
  app.get(
    '/v1/explorer/blocks',
    {
      config,
      schema: {
        tags,
        summary: 'List final blocks with events of the consortium, the latest first',
        querystring: z.object({
          limit: Limit,
          before: z.coerce.number().int().min(1).optional().describe('`next` of the page before'),
        }),
        response: { 200: pageOf('Block', Block), default: Problem },
      },
    },
    async ({ query: { limit, before } }) =>
      toPage(await listBlocks(db, { limit: limit + 1, before }), limit, block => block.blockNumber),
  )

  app.get(
    '/v1/explorer/transactions/:txHash',
    {
      config,
      schema: {
        tags,
        summary: 'Read what a transaction called and what came of it, decoded',
        params: z.object({ txHash: Bytes32 }),
        response: { 200: Transaction, default: Problem },
      },
    },
    async ({ params: { txHash } }) => {
      const { calls, events } = await readTransaction(db, txHash)
      if (calls.length + events.length === 0) throw new EntenteError('NOT_FOUND', `nothing is known of ${txHash}`)
      return Transaction.parse({
        txHash,
        calls: calls.map(call => ({ ...toChainMessageSummary(call), args: JSON.parse(call.args) })),
        events: events.map(event => ({ ...event, args: JSON.parse(event.args) })),
      })
    },
  )
}
