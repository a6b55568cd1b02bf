import type { Json } from '../../protocol/canonical.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { Address } from '../../protocol/ids.ts'
import type { Keeper } from '../../protocol/key-release.ts'
import { isGiven, sealsIn } from '../../protocol/sealed.ts'
import type { Directory } from '../../registry/directory.ts'
import { domainOfAdmin } from '../../registry/domain-of-admin.ts'

/**
 * Who keeps the keys to what is sealed in what somebody gives, as the directory has them now: a domain's admin has them kept by its own
 * domain, which answers for the data; who administers none, by whichever will. An event that brings nothing sealed says nothing of it.
 * @throws EntenteError SEAL_UNFIT
 */
export function keepersOf(directory: Directory, given: Json, by: Address): { keepers?: Keeper[] } {
  const named = new Set(sealsIn(given).flatMap(({ seal }) => (isGiven(seal) ? [seal.agentId] : [])))
  if (named.size === 0) return {}
  const own = domainOfAdmin(directory, by)?.domainId
  const keepers = [...named].map((agentId): Keeper => {
    const agent = directory.agents.get(agentId)
    const { wallet, domainId } = agent ?? {}
    if (!agent?.active || !wallet || !domainId) {
      throw new EntenteError('SEAL_UNFIT', `agent ${agentId}, which is to keep a key, is not active`)
    }
    if (own !== undefined && domainId !== own) {
      throw new EntenteError('SEAL_UNFIT', `agent ${agentId}, which is to keep a key, is of ${domainId}, not of ${own}`)
    }
    return { agentId, domainId, wallet }
  })
  return { keepers }
}
