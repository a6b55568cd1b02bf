import { randomBytes } from 'node:crypto'
import type { NatsConnection } from '@nats-io/nats-core'
import { type Giver, sealGiven } from '../../agents/sdk/seal/seal-given.ts'
import { canonicalJson, contentHash, type Json } from '../../protocol/canonical.ts'
import type { ChainInfo } from '../../protocol/chain-message.ts'
import type { SubmitTask } from '../../protocol/commands.ts'
import { signDocument, signingDomain } from '../../protocol/documents.ts'
import type { Hex } from '../../protocol/hash.ts'
import { type Address, type AgentId, domainToBytes32 } from '../../protocol/ids.ts'
import type { PlanningRecord } from '../../protocol/planning.ts'
import type { TaskOrder, TaskSpec } from '../../protocol/task.ts'
import { Template } from '../../protocol/template.ts'
import type { FollowedDirectory } from '../../registry/follow-directory.ts'
import { putArtifact } from '../../stack/artifacts.ts'

/** What a domain wants done, and for how much. */
export interface Wish {
  readonly domainId: string
  readonly goal: string
  readonly template: Json
  /** The texts of the templates that the template uses. */
  readonly used?: readonly Json[]
  /** What the template is given, beside its defaults. */
  readonly parameters?: { readonly [name: string]: Json }
  /** How a model made the template: a `PlanningRecord`. */
  readonly planning?: Json | PlanningRecord
  /** How often the rest of the plan may be replaced, and by what. */
  readonly replan?: TaskSpec['policy']['replan']
  /** How it is settled; absent: as the consortium settles by default. */
  readonly settlement?: TaskSpec['policy']['settlement']
  readonly input: Json
  /** Smallest units of the token. */
  readonly budget: bigint
  readonly durationS: number
}

/** Where an order goes, who signs it, and who answers what it asks of people. */
export interface Ordering {
  readonly nc: NatsConnection
  readonly directory: FollowedDirectory
  readonly chain: ChainInfo
  /** The admin of the wish's domain. */
  readonly requester: { readonly address: Address; readonly privateKey: Hex }
  readonly approvers: readonly Address[]
  /** Who keeps the keys to what is sealed, instead of the domain's first agent. */
  readonly keeper?: AgentId
}

/**
 * Stores what the order names by hash, seals what the template marks as restricted, and signs it.
 * @throws EntenteError INPUT_INVALID, PARAMETERS_INVALID, SEAL_UNFIT
 */
export async function makeOrder(ordering: Ordering, wish: Wish): Promise<SubmitTask> {
  const { nc, chain, requester, approvers } = ordering
  const { planning, replan, settlement } = wish
  const nonce = BigInt(`0x${randomBytes(16).toString('hex')}`).toString()
  const { input, parameters } = await sealedFor(ordering, wish, nonce)
  const stored = [wish.template, ...(wish.used ?? []), ...(planning === undefined ? [] : [planning])]
  const texts = stored.map(text => putArtifact(nc, Buffer.from(canonicalJson(text))))
  const [template] = (await Promise.all(texts)) as [Hex]
  const more = { ...(replan ? { replan } : {}), ...(settlement ? { settlement } : {}) }
  const policy = { approvers: [...approvers], onSilence: 'deny' as const, ...more }
  const spec = {
    goal: wish.goal,
    template,
    ...(parameters ? { parameters } : {}),
    ...(planning === undefined ? {} : { planning: contentHash(planning) }),
    policy,
  }
  const order: TaskOrder = {
    requester: requester.address,
    domainId: domainToBytes32(wish.domainId),
    specHash: contentHash(spec),
    inputHash: contentHash(input),
    policyHash: contentHash(policy),
    token: chain.contracts.EntenteToken!,
    budget: `${wish.budget}`,
    deadline: Math.floor(Date.now() / 1000) + wish.durationS,
    nonce,
  }
  const domain = signingDomain(chain.chainId, chain.contractRegistry)
  return { order, signature: signDocument(domain, 'TaskOrder', order, requester.privateKey), spec, input }
}

/** The input and the parameters, with sealed what the template marks. A text that is no template marks nothing, and is refused later. */
async function sealedFor(ordering: Ordering, { template: text, input, parameters }: Wish, nonce: string) {
  const template = Template.safeParse(text).data
  const to = { nonce }
  const giver = giverOf(ordering, ordering.requester.address)
  const sealing = Object.entries(parameters ?? {}).map(async ([name, value]) => {
    const schema = template?.parameters?.[name]
    return [name, await sealGiven(giver, schema, value, to, 'PARAMETERS_INVALID')] as const
  })
  return {
    input: await sealGiven(giver, template?.inputSchema, input, to, 'INPUT_INVALID'),
    parameters: parameters && Object.fromEntries(await Promise.all(sealing)),
  }
}

/** Whoever gives something to a task, on this bus. */
export function giverOf(
  { nc, chain, directory, keeper }: Pick<Ordering, 'nc' | 'chain' | 'directory' | 'keeper'>,
  by: Address,
): Giver {
  const domain = signingDomain(chain.chainId, chain.contractRegistry)
  return { nc, directory: () => directory.current(), domain, by, ...(keeper === undefined ? {} : { keeper }) }
}
