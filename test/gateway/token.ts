import { jetstreamManager } from '@nats-io/jetstream'
import { ABIS } from '../../contracts/abis.ts'
import { decodeResult, encodeCall } from '../../contracts/bindings.ts'
import type { ChainRecord } from '../../protocol/chain-message.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { NewIntent } from '../../stack/chain-intent.ts'
import { readRecords } from '../../stack/chain-records.ts'
import type { World } from './with-gateway.ts'

/** An intent whose effects can be counted: each one that takes effect adds to the supply. */
export function mint(world: World, businessId: string, amount = 1n): NewIntent {
  return {
    tenant: 'consortium',
    operation: 'mint',
    businessId,
    from: world.governor,
    contract: 'EntenteToken',
    call: 'mint',
    args: [world.governor, amount.toString()],
  }
}

export async function supply({ rpc, deployment }: World): Promise<bigint> {
  const to = deployment.addresses.EntenteToken
  const data = encodeCall(ABIS.EntenteToken, 'totalSupply', [])
  return decodeResult(ABIS.EntenteToken, 'totalSupply', await rpc<Hex>('eth_call', [{ to, data }, 'latest']))
}

export async function recordsOf({ nc }: World, messageId: Hex): Promise<ChainRecord[]> {
  return (await readRecords(await jetstreamManager(nc), messageId)).map(({ record }) => record)
}

export async function statesOf(world: World, messageId: Hex): Promise<string[]> {
  return (await recordsOf(world, messageId)).map(record => record.state)
}

export async function nonceOf({ rpc }: World, address: Hex): Promise<number> {
  return Number(await rpc<Hex>('eth_getTransactionCount', [address, 'latest']))
}
