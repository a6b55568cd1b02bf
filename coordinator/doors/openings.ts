import type { Json } from '../../protocol/canonical.ts'
import type { ChainEvent } from '../../protocol/chain-event.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import { TaskSpec, type Terms } from '../../protocol/task.ts'
import { getArtifact } from '../../stack/artifacts.ts'
import type { World } from '../react/context.ts'
import { planEventsDoor } from './plan-events.ts'

/** The durable consumer by which coordinators share these messages. */
export const openingsConsumer = 'coordinator'

/**
 * Tasks that a response plan opened on chain: a quorum attested an alert, and the contract reserved the budget itself.
 * The chain holds hashes; what they stand for is in the artifact store, put there before anyone attested.
 */
export function openingsDoor(world: World, terms: () => Terms) {
  return planEventsDoor(world, { event: 'TaskOpened', durable: openingsConsumer }, event => open(world, terms(), event))
}

async function open({ nc, handle }: World, terms: Terms, event: ChainEvent): Promise<void> {
  const { taskId, planId, alertHash, specHash, budget, deadline, approver } = event.args as Record<string, Hex>
  const { data: spec, error } = TaskSpec.safeParse(await readJson(nc, specHash!))
  if (!spec) throw new EntenteError('OPENING_UNREADABLE', `${specHash} is no specification`, { cause: error })
  const input = (await readJson(nc, alertHash!)) as Json
  const { address: contract, txHash, blockNumber, blockHash } = event
  await handle(taskId!, () => ({
    type: 'submit',
    atMs: Date.now(),
    authority: {
      by: 'response-plan',
      planId: planId!,
      alertHash: alertHash!,
      specHash: specHash!,
      contract,
      txHash,
      blockNumber,
    },
    requester: { address: contract, domainId: null },
    spec,
    input,
    budget: budget!,
    deadlineMs: Number(deadline) * 1000,
    terms,
  }))
  const funding = { txHash, blockNumber, blockHash }
  await handle(taskId!, () => ({ type: 'recordFunding', atMs: Date.now(), ...funding }))
  if (spec.policy.approvers.includes(approver!)) return
  const refusal = { code: 'APPROVER_UNKNOWN', reason: `the spec does not name ${approver}, the approver on chain` }
  await handle(taskId!, () => ({ type: 'reject', atMs: Date.now(), ...refusal }))
}

async function readJson(nc: World['nc'], hash: Hex): Promise<unknown> {
  const text = Buffer.from(await getArtifact(nc, hash)).toString('utf8')
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new EntenteError('OPENING_UNREADABLE', `${hash} is not JSON`, { cause })
  }
}
