import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { Rpc } from '../rpc.ts'
import { type Profile, type ProfileName, profileNames, profileOf } from './profile.ts'

export interface Chosen {
  readonly chainId: number
  readonly client: string
  readonly profile: Profile
}

/**
 * What a chain is like: by the name that was given, else by its id, else by how its node names itself.
 * @throws EntenteError CHAIN_PROFILE_MISMATCH when nothing is known of it; NodeSilent
 */
export async function chooseProfile(rpc: Rpc, named: ProfileName | undefined): Promise<Chosen> {
  const [chainId, client] = await Promise.all([rpc<Hex>('eth_chainId', []), rpc<string>('web3_clientVersion', [])])
  const profile = profileOf(named, Number(chainId), client)
  if (profile !== null) return { chainId: Number(chainId), client, profile }
  throw new EntenteError(
    'CHAIN_PROFILE_MISMATCH',
    `nothing is known of chain ${Number(chainId)} with nodes of ${client}; profiles are ${profileNames.join(', ')}`,
  )
}
