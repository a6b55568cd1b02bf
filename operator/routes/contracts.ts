import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { listContracts } from '../../coordinator/views/list-chain-events.ts'
import { contractNamed } from '../../registry/contracts/built-code.ts'
import { prepareContract } from '../../registry/contracts/prepare.ts'
import { type Verification, verifyContract } from '../../registry/contracts/read-contracts.ts'
import { Problem } from '../problem.ts'
import { AddressAsTyped, AddressText, Hash, TimeMs } from '../resources/fields.ts'
import { Proposals, toProposals } from '../resources/proposal.ts'
import { callers } from '../roles.ts'
import type { Surroundings } from '../surroundings.ts'

const tags = ['Chain']
/** Code on chain changes by an upgrade alone; to compare all of it takes a second of a processor. */
const VERIFIED_FOR_MS = 30_000

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
    verification: z
      .object({
        ok: z.boolean(),
        isAsRecorded: z.boolean().describe('The code at the address is what was recorded'),
        parts: z.array(
          z.object({
            of: z.enum(['contract', 'proxy', 'implementation']),
            address: AddressText,
            matches: z.boolean().describe("It is this build's code, but for immutables"),
            differences: z
              .array(z.object({ at: z.int(), length: z.int() }))
              .describe('Bytes that the build has otherwise'),
          }),
        ),
      })
      .nullable()
      .describe('The code on chain beside this build, at most half a minute ago; null where no node could be asked'),
  })
  .meta({ id: 'Contract' })

const ContractProposal = z
  .strictObject({
    action: z.enum(['freeze', 'unfreeze', 'retire', 'deploy', 'upgrade']),
    from: AddressAsTyped.describe('The account of who governs, or proposes to the timelock'),
  })
  .meta({ id: 'ContractProposal' })

export const contractRoutes: FastifyPluginAsyncZod<Surroundings> = async (app, { db, chain }) => {
  const verified = rememberFor(VERIFIED_FOR_MS, () =>
    chain.read(async ({ provider, entries }) => {
      const all = await Promise.all(entries.map(entry => verifyContract(provider, entry)))
      return new Map<string, Verification>(all.map(each => [each.name, each]))
    }),
  )

  app.get(
    '/v1/contracts',
    {
      config: { callers: callers.all },
      schema: {
        tags,
        summary: 'List the contracts as their registry on chain has them, and whether their code is what it should be',
        response: { 200: z.object({ items: z.array(Contract) }).meta({ id: 'Contracts' }), default: Problem },
      },
    },
    async ({ log }) => {
      const [contracts, verifications] = await Promise.all([
        listContracts(db),
        verified().catch((error: unknown) => {
          log.debug({ err: error }, 'contracts are listed unverified')
          return null
        }),
      ])
      const items = contracts.map(each => ({ ...each, verification: verifications?.get(each.name) ?? null }))
      return { items: z.array(Contract).parse(items) }
    },
  )

  app.post(
    '/v1/contracts/:name/proposals',
    {
      config: { callers: callers.operating },
      schema: {
        tags,
        summary: 'Prepare a step of the life of a contract, to be signed by who governs',
        description:
          'Nothing is sent, and no key of governance is here. An upgrade is to the implementation of this build, whose ' +
          'storage must be laid out as what runs; where that is not on chain yet it is what comes first. Under a timelock ' +
          'the first answer schedules, and the same asked again executes.',
        params: z.object({ name: z.string().max(32) }),
        body: ContractProposal,
        response: { 200: Proposals, default: Problem },
      },
    },
    async ({ params: { name }, body: { from, action } }) => {
      const step = { name: contractNamed(name), action }
      return toProposals(await chain.read(governance => prepareContract(governance, from, step)))
    },
  )
}

/** What a question was answered, for a while; what failed is asked again at once. */
function rememberFor<T>(ms: number, ask: () => Promise<T>): () => Promise<T> {
  let last: { answer: Promise<T>; untilMs: number } | undefined
  return () => {
    if (last && performance.now() < last.untilMs) return last.answer
    const asked = { answer: ask(), untilMs: performance.now() + ms }
    last = asked
    asked.answer.catch(() => {
      if (last === asked) last = undefined
    })
    return asked.answer
  }
}
