import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import { type ChainProfile, type ProfileName, profileNames, profileOf } from '../../stack/chain-profile.ts'
import { checkProves } from '../check-receipts.ts'
import type { Rpc } from '../rpc.ts'

export interface Chosen {
  readonly chainId: number
  /** As the node names itself. */
  readonly client: string
  readonly profile: ChainProfile
}

/**
 * What a chain is like: by the name that was given, else by its id, else by how its node names itself.
 * @throws NodeSilent, or NodeError when the node does not say
 */
export async function chooseProfile(rpc: Rpc, named: ProfileName | undefined): Promise<Chosen> {
  const [chainId, client] = await Promise.all([rpc<Hex>('eth_chainId', []), rpc<string>('web3_clientVersion', [])])
  return { chainId: Number(chainId), client, profile: profileOf(named, Number(chainId), client) }
}

/**
 * The same for a chain whose blocks are taken for final by its profile alone, and of which receipts are proven elsewhere.
 * @throws EntenteError CHAIN_PROFILE_MISMATCH when nothing is known of it, and nothing was named; RECEIPTS_UNPROVEN when its
 * blocks prove none
 */
export async function chooseKnown(rpc: Rpc, named: ProfileName | undefined): Promise<Chosen> {
  const chosen = await chooseProfile(rpc, named)
  checkProves(chosen.profile, `nothing can be carried from chain ${chosen.chainId}`)
  if (chosen.profile.name !== 'other' || named === 'other') return chosen
  const known = profileNames.join(', ')
  const what = `nothing is known of chain ${chosen.chainId}, whose node is ${chosen.client}; name one of ${known}`
  throw new EntenteError('CHAIN_PROFILE_MISMATCH', what)
}
