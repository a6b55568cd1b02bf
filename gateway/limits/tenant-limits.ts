import { EntenteError } from '../../protocol/errors.ts'
import { agentTenant } from '../../protocol/subjects.ts'
import type { Config } from '../../stack/config.ts'

const MOST = 100_000_000
const takes = `a tenant, =, and a whole number from 0 to ${MOST}, apart by commas`

/** How many new messages a tenant may send, by its name; `agents` is each agent of which nothing else is said. */
export interface TenantLimits {
  readonly perMinute: ReadonlyMap<string, number>
  readonly perDay: ReadonlyMap<string, number>
}

/** Far above what a gateway sends, for those whom the consortium runs itself; for an agent, what attesting takes. */
const perMinute = { consortium: 300_000, coordinator: 300_000, agents: 60 }
const perDay = { agents: 5_000 }

/** @throws EntenteError CONFIG_INVALID */
export function tenantLimitsOf(config: Pick<Config, 'ENTENTE_TENANT_RATES' | 'ENTENTE_TENANT_QUOTAS'>): TenantLimits {
  return {
    perMinute: numbersOf(config, 'ENTENTE_TENANT_RATES', perMinute),
    perDay: numbersOf(config, 'ENTENTE_TENANT_QUOTAS', perDay),
  }
}

/** Undefined for a tenant without a limit. */
export function limitOf(limits: ReadonlyMap<string, number>, tenant: string): number | undefined {
  return limits.get(tenant) ?? (tenant.startsWith(agentTenant('')) ? limits.get('agents') : undefined)
}

function numbersOf<Name extends 'ENTENTE_TENANT_RATES' | 'ENTENTE_TENANT_QUOTAS'>(
  config: Pick<Config, Name>,
  name: Name,
  defaults: Readonly<Record<string, number>>,
): ReadonlyMap<string, number> {
  const numbers = new Map(Object.entries(defaults))
  for (const part of (config[name] ?? '').split(',').filter(text => text.trim() !== '')) {
    const [, tenant, number] = /^\s*([a-z][a-z0-9-]{0,62})=(\d{1,9})\s*$/.exec(part) ?? []
    if (tenant === undefined || Number(number) > MOST) {
      throw new EntenteError('CONFIG_INVALID', `${name} has ${JSON.stringify(part)}, but takes ${takes}`)
    }
    numbers.set(tenant, Number(number))
  }
  return numbers
}
