import type { Config } from '../../stack/config.ts'
import type { LanePolicy } from './lane.ts'

/** Who does not ask for company goes alone. */
export function lanePolicyOf(config: Pick<Config, 'ENTENTE_BATCH_TENANTS' | 'ENTENTE_BATCH_GAS'>): LanePolicy {
  const tenants = (config.ENTENTE_BATCH_TENANTS ?? '').split(',').map(name => name.trim())
  return { tenants: new Set(tenants), maxGas: BigInt(config.ENTENTE_BATCH_GAS) }
}
