import { randomBytes } from 'node:crypto'
import { canonicalJson, contentHash, type Json } from '../../protocol/canonical.ts'
import type { SubmitTask } from '../../protocol/commands.ts'
import { digestDocument, signDocument, signingDomain } from '../../protocol/documents.ts'
import type { Hex } from '../../protocol/hash.ts'
import { domainToBytes32 } from '../../protocol/ids.ts'
import type { TaskOrder } from '../../protocol/task.ts'
import { perform } from '../../registry/perform.ts'
import { putArtifact } from '../../stack/artifacts.ts'
import { sendUntilTaken } from '../../stack/send-until-taken.ts'
import type { Consortium } from './start-consortium.ts'

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
  readonly planning?: Json
  readonly input: Json
  /** Smallest units of the token. */
  readonly budget: bigint
  readonly durationS: number
}

/** Puts an amount into escrow for a domain: minted to its admin, who deposits it. */
export async function depositFor({ nc, accounts, chain }: Consortium, domainId: string, amount: bigint): Promise<void> {
  const { address } = accounts.admins.get(domainId)!
  const businessId = `${domainId}/${randomBytes(8).toString('hex')}`
  const step = (from: Hex, operation: string, contract: string, call: string, args: string[]) =>
    perform(nc, { operation, businessId, from, contract, call, args })
  await Promise.all([
    step(accounts.governor.address, 'mint-deposit', 'EntenteToken', 'mint', [address, `${amount}`]),
    step(address, 'approve-deposit', 'EntenteToken', 'approve', [chain.contracts.Escrow!, `${amount}`]),
  ])
  await step(address, 'deposit', 'Escrow', 'deposit', [address, `${amount}`])
}

/** Signs an order in the name of the domain's admin; `submit` sends it. */
export async function orderTask({ nc, accounts, chain, approver }: Consortium, wish: Wish): Promise<SubmitTask> {
  const { address, privateKey } = accounts.admins.get(wish.domainId)!
  const { parameters, planning } = wish
  const stored = [wish.template, ...(wish.used ?? []), ...(planning === undefined ? [] : [planning])]
  const texts = stored.map(text => putArtifact(nc, Buffer.from(canonicalJson(text))))
  const [template] = (await Promise.all(texts)) as [Hex]
  const policy = { approvers: [approver.address], onSilence: 'deny' as const }
  const spec = {
    goal: wish.goal,
    template,
    ...(parameters ? { parameters } : {}),
    ...(planning === undefined ? {} : { planning: contentHash(planning) }),
    policy,
  }
  const order: TaskOrder = {
    requester: address,
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
  return { order, signature: signDocument(domain, 'TaskOrder', order, privateKey), spec, input: wish.input }
}

/**
 * Sends a signed order to the coordinators, and waits for as long as they have no room for it.
 * @returns the task's id, which is the order's digest
 * @throws EntenteError as the coordinator refused it
 */
export async function submit({ nc, chain }: Consortium, command: SubmitTask): Promise<Hex> {
  await sendUntilTaken(nc, 'submit', command, { untilMs: command.order.deadline * 1_000 })
  return digestDocument(signingDomain(chain.chainId, chain.contractRegistry), 'TaskOrder', command.order)
}
