import type { Json } from '../../../protocol/canonical.ts'
import { EntenteError } from '../../../protocol/errors.ts'
import { type KeyAnswer, wrapInfo } from '../../../protocol/key-release.ts'
import { openSealed } from '../../../protocol/seal-cipher.ts'
import { nameOfSeal, replaceSeals, type Sealed, sealsIn } from '../../../protocol/sealed.ts'
import type { AgentIdentity } from '../identity.ts'
import type { ExecuteItem } from '../work-items.ts'
import { unwrapKey } from './wrap.ts'

/**
 * The input with what is sealed in it opened, by the keys that were released for this attempt of this agent.
 * @throws EntenteError SEAL_KEY_WRONG, SEAL_BROKEN, RELEASE_REPLAYED
 */
export async function openInput(identity: AgentIdentity, item: ExecuteItem): Promise<Json> {
  const values = new Map<string, Json>()
  for (const { seal } of sealsIn(item.input)) {
    values.set(idOf(seal), openSealed(seal, await keyTo(identity, item, seal), identity.domain))
  }
  return values.size === 0 ? item.input : replaceSeals(item.input, seal => values.get(idOf(seal))!)
}

const idOf = (seal: Sealed) => [nameOfSeal(seal), seal.agentId, seal.commitment].join(' ')

async function keyTo(identity: AgentIdentity, item: ExecuteItem, seal: Sealed): Promise<Uint8Array> {
  const { taskId, subtaskId, attempt } = item
  const found = (item.keys ?? []).flatMap(answer => wrapFor(answer, identity.agentId, seal))[0]
  if (!found) throw new EntenteError('SEAL_KEY_WRONG', `agent ${seal.agentId} released no key to ${nameOfSeal(seal)}`)
  const { release, wrap } = found
  if (release.taskId !== taskId || release.subtaskId !== subtaskId || release.attempt !== attempt) {
    const when = `${release.subtaskId}, attempt ${release.attempt}, of task ${release.taskId}`
    throw new EntenteError('RELEASE_REPLAYED', `the key to ${nameOfSeal(seal)} was released for ${when}`)
  }
  const { receiver, commitment } = wrap
  const key = await unwrapKey(identity, wrap, wrapInfo({ ...release, receiver, commitment }))
  if (key) return key
  throw new EntenteError('SEAL_KEY_WRONG', `the key to ${nameOfSeal(seal)} is not wrapped for this agent and attempt`)
}

function wrapFor(answer: KeyAnswer, receiver: string, seal: Sealed) {
  if (answer.kind !== 'release' || answer.release.agentId !== seal.agentId) return []
  const wrap = answer.wraps.find(each => each.receiver === receiver && each.commitment === seal.commitment)
  return wrap ? [{ release: answer.release, wrap }] : []
}
