import { randomBytes } from 'node:crypto'
import type { NatsConnection } from '@nats-io/nats-core'
import { canonicalJson, contentHash, type Json } from '../../protocol/canonical.ts'
import type { ChainInfo } from '../../protocol/chain-message.ts'
import type { SubmitTask } from '../../protocol/commands.ts'
import { signDocument, signingDomain } from '../../protocol/documents.ts'
import type { Hex } from '../../protocol/hash.ts'
import { type Address, domainToBytes32 } from '../../protocol/ids.ts'
import type { PlanningRecord } from '../../protocol/planning.ts'
import type { TaskOrder, TaskSpec } from '../../protocol/task.ts'
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
  readonly chain: ChainInfo
  /** The admin of the wish's domain. */
  readonly requester: { readonly address: Address; readonly privateKey: Hex }
  readonly approvers: readonly Address[]
}

/** Stores what the order names by hash, and signs it. */
export async function makeOrder({ nc, chain, requester, approvers }: Ordering, wish: Wish): Promise<SubmitTask> {
  const { parameters, planning, replan, settlement } = wish
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
    inputHash: contentHash(wish.input),
    policyHash: contentHash(policy),
    token: chain.contracts.EntenteToken!,
    budget: `${wish.budget}`,
    deadline: Math.floor(Date.now() / 1000) + wish.durationS,
    nonce: BigInt(`0x${randomBytes(16).toString('hex')}`).toString(),
  }
  const domain = signingDomain(chain.chainId, chain.contractRegistry)
  return { order, signature: signDocument(domain, 'TaskOrder', order, requester.privateKey), spec, input: wish.input }
}
