import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type ParameterKey, parameters as parameterRanges, usualParameters } from '../../protocol/consortium.ts'
import type { ParameterChange } from '../../registry/chain-parameters.ts'
import { prepareConfig } from '../../registry/contracts/prepare.ts'
import { Problem } from '../problem.ts'
import { AddressAsTyped, Before, Hash, Limit, pageOf, TimeMs, toPage } from '../resources/fields.ts'
import { Proposals, toProposals } from '../resources/proposal.ts'
import { callers } from '../roles.ts'
import type { Surroundings } from '../surroundings.ts'

const tags = ['Configuration']
const keys = Object.keys(parameterRanges) as ParameterKey[]

const Change = z
  .object({
    revision: z.int().describe('Counts all changes from 1: a version of the whole configuration'),
    key: z.string(),
    value: z.string().nullable().describe('In decimal; null where an announced value is taken back'),
    version: z.int().describe("The key's own"),
    effectiveAtMs: TimeMs.nullable(),
    blockNumber: z.int(),
    blockHash: Hash,
    txHash: Hash,
    atMs: TimeMs,
  })
  .meta({ id: 'ConfigChange' })

const Configuration = z
  .object({
    revision: z.int().describe('Of the last change that this process knows of; 0 where there was none'),
    blockNumber: z.int().nullable().describe('Of that change'),
    blockHash: Hash.nullable(),
    parameters: z.array(
      z.object({
        key: z.string(),
        value: z.int().describe('In force now'),
        usual: z.int(),
        most: z.int(),
        setIn: z.int().nullable().describe('The revision that set it; null where the chain says nothing of it'),
        next: z.object({ value: z.int(), effectiveAtMs: TimeMs, setIn: z.int() }).nullable().describe('Announced'),
      }),
    ),
  })
  .meta({ id: 'Configuration' })

const seconds = z.number().int().min(1).optional().describe('Unix time from which it holds; a must under a timelock')
const ConfigProposal = z
  .discriminatedUnion('action', [
    z.strictObject({
      action: z.literal('set'),
      from: AddressAsTyped,
      key: z.enum(keys as [ParameterKey, ...ParameterKey[]]),
      value: z.string().regex(/^\d{1,78}$/),
      effectiveAt: seconds,
    }),
    z.strictObject({
      action: z.literal('withdraw'),
      from: AddressAsTyped,
      key: z.enum(keys as [ParameterKey, ...ParameterKey[]]),
    }),
    z.strictObject({
      action: z.literal('rollback'),
      from: AddressAsTyped,
      revision: z.number().int().min(0).describe('To what stood after it'),
      effectiveAt: seconds,
    }),
  ])
  .meta({ id: 'ConfigProposal', description: '`from` is the account of who governs, or proposes to the timelock' })

export const configRoutes: FastifyPluginAsyncZod<Surroundings> = async (app, { parameters, chain }) => {
  app.get(
    '/v1/config',
    {
      config: { callers: callers.all },
      schema: {
        tags,
        summary: 'Read what the consortium has set, and which version that is',
        description: 'As coordinators judge the next task by it. A task under way keeps what it was ordered under.',
        response: { 200: Configuration, default: Problem },
      },
    },
    async () => {
      const changes = parameters.changes()
      const last = changes.at(-1)
      const [current, nowMs] = [parameters.current(), Date.now()]
      return {
        revision: last?.revision ?? 0,
        blockNumber: last?.blockNumber ?? null,
        blockHash: last?.blockHash ?? null,
        parameters: keys.map(key => ({
          key,
          value: current[key],
          usual: usualParameters[key],
          most: parameterRanges[key].most,
          ...standingOf(parameters.standing(), key, nowMs),
        })),
      }
    },
  )

  app.get(
    '/v1/config/history',
    {
      config: { callers: callers.all },
      schema: {
        tags,
        summary: 'List every change of what the consortium has set, the latest first',
        querystring: z.object({
          limit: Limit,
          before: Before,
        }),
        response: { 200: pageOf('ConfigChange', Change), default: Problem },
      },
    },
    async ({ query: { limit, before = Number.MAX_SAFE_INTEGER } }) => {
      const found = parameters.changes().filter(({ revision }) => revision < before)
      return toPage(found.toReversed().slice(0, limit + 1), limit, ({ revision }) => revision)
    },
  )

  app.post(
    '/v1/config/proposals',
    {
      config: { callers: callers.operating },
      schema: {
        tags,
        summary: 'Prepare a change of what the consortium has set, to be signed by who governs',
        description:
          'Nothing is sent, and no key of governance is here. Of a rollback all that can be done now; asked again when ' +
          'that is done, it goes on. Under a timelock the first answer schedules, and the same asked again executes.',
        body: ConfigProposal,
        response: { 200: Proposals, default: Problem },
      },
    },
    async ({ body: { from, ...body } }) => {
      const change = body.action === 'set' ? { ...body, value: BigInt(body.value) } : body
      return toProposals(await chain.read(governance => prepareConfig(governance, from, change)))
    },
  )
}

function standingOf(standing: readonly ParameterChange[], of: ParameterKey, nowMs: number) {
  const own = standing.filter(({ key }) => key === of)
  const ahead = own.find(({ effectiveAtMs }) => effectiveAtMs! > nowMs)
  return {
    setIn: own.findLast(({ effectiveAtMs }) => effectiveAtMs! <= nowMs)?.revision ?? null,
    next: ahead ? { value: Number(ahead.value), effectiveAtMs: ahead.effectiveAtMs!, setIn: ahead.revision } : null,
  }
}
