import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { listBlocks, readTransaction } from '../../coordinator/views/list-chain-events.ts'
import { listChainMessages } from '../../coordinator/views/list-chain-messages.ts'
import { listBalances } from '../../coordinator/views/list-money.ts'
import { listEventsAbout, readBlock, readRoles, search } from '../../coordinator/views/read-explorer.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { Bytes32 } from '../../protocol/ids.ts'
import { Problem } from '../problem.ts'
import { toChainMessageSummary } from '../resources/chain-message.ts'
import { AddressPage, Block, Hits, Transaction, toTransaction, WholeBlock } from '../resources/explorer.ts'
import { AddressAsTyped, Before, Limit, pageOf, toPage, wholeFrom } from '../resources/fields.ts'
import { callers } from '../roles.ts'
import type { Surroundings } from '../surroundings.ts'

const tags = ['Chain']
const config = { callers: callers.all }

const hrefs = {
  block: '/v1/explorer/blocks/',
  transaction: '/v1/explorer/transactions/',
  message: '/v1/chain/messages/',
  task: '/v1/tasks/',
  agent: '/v1/agents/',
  domain: '/v1/explorer/money?domain=',
  address: '/v1/explorer/addresses/',
} as const

// What is final does not change, but for what our gateway learns of its own messages meanwhile.
const FINAL = 'private, max-age=60'

export const explorerRoutes: FastifyPluginAsyncZod<Surroundings> = async (app, { db }) => {
  app.get(
    '/v1/explorer/blocks',
    {
      config: { ...config, reads: ['chainEvents'] },
      schema: {
        tags,
        summary: 'List final blocks with events of the consortium, the latest first',
        querystring: z.object({
          limit: Limit,
          before: Before,
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
      config: { ...config, reads: ['chainEvents', 'chainMessages'] },
      schema: {
        tags,
        summary: 'Read what a transaction called and what came of it, decoded',
        params: z.object({ txHash: Bytes32 }),
        response: { 200: Transaction, default: Problem },
      },
    },
    async ({ params: { txHash } }) => {
      const found = await readTransaction(db, txHash)
      if (found.calls.length + found.events.length === 0) {
        throw new EntenteError('NOT_FOUND', `nothing is known of ${txHash}`)
      }
      return toTransaction(txHash, found)
    },
  )

  app.get(
    '/v1/explorer/blocks/:block',
    {
      config: { ...config, reads: ['chainEvents', 'chainMessages'], cacheControl: FINAL },
      schema: {
        tags,
        summary: 'Read a final block, by number or hash, with its transactions of the consortium',
        params: z.object({
          block: z.union([wholeFrom(0), Bytes32], 'a number; or 32 bytes: 0x and 64 lower-case hexadecimal digits'),
        }),
        response: { 200: WholeBlock, default: Problem },
      },
    },
    async ({ params: { block } }) => {
      const found = await readBlock(db, block)
      if (!found) throw new EntenteError('NOT_FOUND', `no final block ${block} has events of the consortium`)
      const transactions = await Promise.all(
        found.transactions.map(async txHash => toTransaction(txHash, await readTransaction(db, txHash))),
      )
      return { ...found, transactions }
    },
  )

  app.get(
    '/v1/explorer/addresses/:address',
    {
      config: {
        ...config,
        reads: [
          'domains',
          'agents',
          'contracts',
          'movements',
          'chainEvents',
          'eventSubjects',
          'chainMessages',
          'balances',
        ],
      },
      schema: {
        tags,
        summary: 'Read what an address is to the consortium, what it did, and what it has',
        params: z.object({ address: AddressAsTyped }),
        querystring: z.object({
          limit: Limit,
          before: Before,
        }),
        response: { 200: AddressPage, default: Problem },
      },
    },
    async ({ params: { address }, query: { limit, before } }) => {
      const [roles, found, messages] = await Promise.all([
        readRoles(db, address),
        listEventsAbout(db, { kind: 'address', id: address, limit: limit + 1, before }),
        listChainMessages(db, { signer: address, limit }),
      ])
      const owned = roles.agents.filter(({ owner }) => owner.toLowerCase() === address)
      const balances = await Promise.all([
        listBalances(db, { address }),
        ...owned.map(({ agentId }) => listBalances(db, { agentId })),
      ])
      const page = toPage(found, limit, ({ number }) => number)
      const events = page.items.map(event => ({ ...event, args: JSON.parse(event.args) }))
      const rest = { balances: balances.flat(), messages: messages.map(toChainMessageSummary), events, next: page.next }
      return AddressPage.parse({ address, ...roles, ...rest })
    },
  )

  app.get(
    '/v1/explorer/search',
    {
      config: {
        ...config,
        reads: ['chainEvents', 'eventSubjects', 'agents', 'domains', 'chainMessages', 'chainSubjects', 'tasks'],
      },
      schema: {
        tags,
        summary: 'Find what a hash, a number, an address or the id of a domain names',
        querystring: z.object({ q: z.string().trim().toLowerCase().min(1).max(80) }),
        response: { 200: Hits, default: Problem },
      },
    },
    async ({ query: { q } }) => {
      const hits = await search(db, q)
      return { items: hits.map(({ type, id }) => ({ type, id, href: `${hrefs[type]}${id}` })) }
    },
  )
}
