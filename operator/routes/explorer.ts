import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { listBlocks, readTransaction, type TransactionFound } from '../../coordinator/views/list-chain-events.ts'
import { listChainMessages } from '../../coordinator/views/list-chain-messages.ts'
import { listBalances, listMovements } from '../../coordinator/views/list-money.ts'
import { listEventsAbout, readBlock, readRoles, search } from '../../coordinator/views/read-explorer.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { Address, AgentId, Bytes32, DomainId, TaskId } from '../../protocol/ids.ts'
import { JsonValue } from '../../protocol/json.ts'
import { Problem } from '../problem.ts'
import { ChainMessageSummary, toChainMessageSummary } from '../resources/chain-message.ts'
import { AddressText, AgentIdText, AmountText, Hash, Limit, pageOf, TimeMs, toPage } from '../resources/fields.ts'
import { callers } from '../roles.ts'
import type { Surroundings } from '../surroundings.ts'

const tags = ['Chain']
const config = { callers: callers.all }

const Block = z
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

const Transaction = z
  .object({
    txHash: Hash,
    calls: z
      .array(ChainMessageSummary.extend({ args: z.array(JsonValue) }))
      .describe('Sent by our gateway; else empty'),
    events: z.array(Event),
  })
  .meta({ id: 'Transaction' })

const WholeBlock = z
  .object({ blockNumber: z.int(), blockHash: Hash, atMs: TimeMs, transactions: z.array(Transaction) })
  .meta({ id: 'WholeBlock', description: 'With the transactions that have events of the consortium' })

const Balance = z.object({
  kind: z.string().describe('wallet, account, leaving, task, batch, purse, pool, bonded, unbonding, held'),
  owner: z
    .string()
    .describe('An address, the id of an agent, task or batch, or `treasury`; empty for the sum of a kind'),
  amount: AmountText,
})

const Movement = z
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

const AddressPage = z
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

const Hits = z
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

const hrefs = {
  block: '/v1/explorer/blocks/',
  transaction: '/v1/explorer/transactions/',
  message: '/v1/chain/messages/',
  task: '/v1/tasks/',
  agent: '/v1/agents/',
  domain: '/v1/explorer/money?domain=',
  address: '/v1/explorer/addresses/',
} as const

const holder = {
  domain: DomainId.optional(),
  agent: AgentId.optional(),
  address: z.union([Address, z.literal('treasury')]).optional(),
}

/** Of the finest grain: an event can move several amounts. */
const MovementCursor = z
  .string()
  .regex(/^\d{1,16}-\d{1,4}$/)
  .optional()
  .describe('`next` of the page before')

// What is final does not change, but for what our gateway learns of its own messages meanwhile.
const FINAL = 'private, max-age=60'

function toTransaction(txHash: string, { calls, events }: TransactionFound): z.infer<typeof Transaction> {
  return Transaction.parse({
    txHash,
    calls: calls.map(call => ({ ...toChainMessageSummary(call), args: JSON.parse(call.args) })),
    events: events.map(event => ({ ...event, args: JSON.parse(event.args) })),
  })
}

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
      config,
      schema: {
        tags,
        summary: 'Read a final block, by number or hash, with its transactions of the consortium',
        params: z.object({ block: z.union([z.coerce.number().int().min(0), Bytes32]) }),
        response: { 200: WholeBlock, default: Problem },
      },
    },
    async ({ params: { block } }, reply) => {
      const found = await readBlock(db, block)
      if (!found) throw new EntenteError('NOT_FOUND', `no final block ${block} has events of the consortium`)
      const transactions = await Promise.all(
        found.transactions.map(async txHash => toTransaction(txHash, await readTransaction(db, txHash))),
      )
      reply.header('cache-control', FINAL)
      return { ...found, transactions }
    },
  )

  app.get(
    '/v1/explorer/addresses/:address',
    {
      config,
      schema: {
        tags,
        summary: 'Read what an address is to the consortium, what it did, and what it has',
        params: z.object({ address: Address }),
        querystring: z.object({
          limit: Limit,
          before: z.coerce.number().int().min(1).optional().describe('`next` of the page before'),
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
      config,
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

  app.get(
    '/v1/explorer/money',
    {
      config,
      schema: {
        tags,
        summary: 'Read where tokens lie: of a domain, an agent or an address, or the sums of all',
        description:
          'A domain has what its admin and its agents have. Bonds of batches and appeals, and what demands risk, are in no ' +
          'event of the chain: they count as lying in the account of who gave them.',
        querystring: z.object(holder),
        response: { 200: z.object({ items: z.array(Balance) }).meta({ id: 'Balances' }), default: Problem },
      },
    },
    async ({ query: { domain: domainId, agent: agentId, address } }) => ({
      items: await listBalances(db, { domainId, agentId, address }),
    }),
  )

  app.get(
    '/v1/explorer/movements',
    {
      config,
      schema: {
        tags,
        summary: 'List what tokens went where, the latest first',
        querystring: z.object({ ...holder, task: TaskId.optional(), limit: Limit, before: MovementCursor }),
        response: { 200: pageOf('Movement', Movement), default: Problem },
      },
    },
    async ({ query: { domain: domainId, agent: agentId, address, task: taskId, limit, before } }) => {
      const [number, place] = before?.split('-').map(Number) ?? []
      const from = before === undefined ? undefined : { number: number!, place: place! }
      const found = await listMovements(db, { domainId, agentId, address, taskId, limit: limit + 1, before: from })
      return toPage(found, limit, each => `${each.number}-${each.place}`)
    },
  )
}
