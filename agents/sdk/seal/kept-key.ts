import { digestDocument, signerOf } from '../../../protocol/documents.ts'
import { type Hex, sha256 } from '../../../protocol/hash.ts'
import { type GivenKey, keepInfo } from '../../../protocol/key-release.ts'
import type { AgentIdentity } from '../identity.ts'
import type { ReleaseItem } from '../work-items.ts'
import { unwrapKey } from './wrap.ts'

/**
 * The content key that was wrapped to this agent as its keeper. It was drawn by whoever gave the value, lies in the sealed value
 * itself, and opens for this agent's wallet alone: so a keeper keeps nothing, and any process of it will do.
 * @returns null where it was not given to this task, or not wrapped to this agent
 */
export async function keptKey(
  identity: AgentIdentity,
  wanted: GivenKey,
  item: Pick<ReleaseItem, 'taskId' | 'order'>,
): Promise<Uint8Array | null> {
  if (!isOfTask(identity, wanted, item)) return null
  const key = await unwrapKey(identity, wanted, keepInfo(wanted, identity.domain))
  return key && sha256(key) === wanted.keyHash ? key : null
}

/** What was sealed before the task had an id names the nonce of an order: this task's must be that one, by the same party. */
function isOfTask(
  { domain }: AgentIdentity,
  { by, to }: GivenKey,
  { taskId, order: signed }: { readonly taskId: Hex } & Pick<ReleaseItem, 'order'>,
): boolean {
  if ('taskId' in to) return to.taskId === taskId
  if (!signed || digestDocument(domain, 'TaskOrder', signed.order) !== taskId) return false
  const { order, signature } = signed
  return order.nonce === to.nonce && order.requester === by && signerOf(domain, 'TaskOrder', order, signature) === by
}
