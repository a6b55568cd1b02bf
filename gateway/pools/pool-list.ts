import { SignerPool } from '../../protocol/chain-message.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { Address } from '../../protocol/ids.ts'
import type { Config } from '../../stack/config.ts'
import type { Signers } from '../keys/signer.ts'

/** Keys that share messages, by the name of their pool. A key is in one pool at most. */
export type PoolList = ReadonlyMap<string, readonly Address[]>

const takes = 'a name, :, and keys with + between, each an address or a name in ENTENTE_KEYS; pools apart by commas'

/**
 * The pools that a gateway is to have. It must hold all their keys: any of several gateways may have to number for each.
 *
 * @throws EntenteError CONFIG_INVALID
 */
export function poolListOf(
  { ENTENTE_SIGNER_POOLS: text = '' }: Pick<Config, 'ENTENTE_SIGNER_POOLS'>,
  signers: Pick<Signers, 'byAddress' | 'byName'>,
): PoolList {
  const pools = new Map<string, Address[]>()
  const pooled = new Set<Address>()
  for (const part of text.split(',').filter(each => each.trim() !== '')) {
    const [name = '', ...rest] = part.trim().split(':')
    if (!SignerPool.safeParse(name).success || rest.length !== 1) throw wrong(`has ${JSON.stringify(part)}`)
    if (pools.has(name)) throw wrong(`names the pool ${name} twice`)
    const members = rest[0]!.split('+').map(member => keyOf(member.trim(), signers))
    for (const member of members) {
      if (pooled.has(member)) throw wrong(`has the key of ${member} twice`)
      pooled.add(member)
    }
    pools.set(name, members)
  }
  return pools
}

function keyOf(member: string, { byAddress, byName }: Pick<Signers, 'byAddress' | 'byName'>): Address {
  const address = Address.safeParse(member.toLowerCase())
  const found = byName.get(member) ?? (address.success ? address.data : undefined)
  if (found !== undefined && byAddress.has(found)) return found
  throw wrong(`has ${JSON.stringify(member)}, which is no key of ENTENTE_KEYS`)
}

function wrong(what: string): EntenteError {
  return new EntenteError('CONFIG_INVALID', `ENTENTE_SIGNER_POOLS ${what}, but takes ${takes}`)
}
