import { expect, it } from 'vitest'
import { openMeter } from '../../../gateway/limits/meter.ts'
import { limitOf, tenantLimitsOf } from '../../../gateway/limits/tenant-limits.ts'

const config = { ENTENTE_TENANT_RATES: 'coordinator=100, agent-7=3', ENTENTE_TENANT_QUOTAS: 'agents=4' }

it('a tenant has its own limit, an agent otherwise that of agents, and some have none', () => {
  const { perMinute, perDay } = tenantLimitsOf(config)
  const limits = ['consortium', 'coordinator', 'agent-7', 'agent-8'].map(tenant => [
    limitOf(perMinute, tenant),
    limitOf(perDay, tenant),
  ])
  expect(limits).toEqual([
    [300_000, undefined],
    [100, undefined],
    [3, 4],
    [60, 4],
  ])
})

it.each(['agents', 'agents=', 'agents=-1', 'Agents=5', 'agents=1.5', 'agents=999999999'])('refuses %s', text => {
  expect(() => tenantLimitsOf({ ENTENTE_TENANT_QUOTAS: text })).toThrow(/ENTENTE_TENANT_QUOTAS has/)
})

it('counts tenants apart, says when to come again, and takes back what was not new', async () => {
  const meter = openMeter(tenantLimitsOf(config))
  const over = { code: 'TENANT_OVER_LIMIT', retryAfterMs: expect.any(Number) }
  for (let sent = 0; sent < 3; sent++) await meter.count('agent-7')
  await expect(meter.count('agent-7')).rejects.toMatchObject(over)
  for (let sent = 0; sent < 4; sent++) await meter.count('agent-8')
  await expect(meter.count('agent-8')).rejects.toMatchObject({ ...over, message: expect.stringContaining('in a day') })
  await meter.uncount('agent-9')
  for (let sent = 0; sent < 4; sent++) {
    await meter.count('agent-9')
    await meter.uncount('agent-9')
  }
  await meter.count('agent-9')
})
