import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Gateway } from '../../../gateway/gateway.ts'
import { openMeter } from '../../../gateway/limits/meter.ts'
import { tenantLimitsOf } from '../../../gateway/limits/tenant-limits.ts'
import { messageIdOf } from '../../../protocol/chain-message.ts'
import { subjects } from '../../../protocol/subjects.ts'
import { ask } from '../../../stack/ask.ts'
import { awaitOutcome, submitIntent } from '../../../stack/chain-intent.ts'
import { openRedis } from '../../../stack/redis.ts'
import { mint, recordsOf, statesOf, supply } from '../token.ts'
import { withGateway } from '../with-gateway.ts'

const { world, start } = withGateway()
const patience = { timeoutMs: 20_000 }
const soon = { timeout: 20_000, interval: 100 }
const LIMIT = 3
let gateway: Gateway | undefined
let redis: ReturnType<typeof openRedis>

beforeAll(async () => {
  redis = openRedis(world().servers.stack.urls.redis)
  await vi.waitFor(() => expect(redis.status).toBe('ready'), soon)
  gateway = await start({ meter: openMeter(tenantLimitsOf({ ENTENTE_TENANT_RATES: `consortium=${LIMIT}` }), redis) })
})
afterAll(async () => {
  await gateway?.stop()
  redis.disconnect()
})

/** Once, without the patience of `submitIntent`. */
const send = (businessId: string, amount?: bigint) =>
  ask(world().nc, subjects.chainSubmit('consortium'), mint(world(), businessId, amount), {
    timeoutMs: 5_000,
    silence: 'CHAIN_SLOW',
  })
const counted = async () => Number(await redis.get('entente:tenant:minute:consortium'))
const outcome = (businessId: string) => awaitOutcome(world().nc, messageIdOf(mint(world(), businessId)), patience)

test('a tenant over its limit is refused until its time is over; what is known is answered, and counts once', async () => {
  const before = await supply(world())
  for (const name of ['one', 'two', 'three']) {
    await send(name)
    await send(name)
    await outcome(name)
    // Also when it is done with, and no longer at hand.
    await send(name)
  }
  expect(await counted()).toBe(LIMIT)
  await expect(send('four')).rejects.toMatchObject({ code: 'TENANT_OVER_LIMIT', retryAfterMs: expect.any(Number) })
  expect(await recordsOf(world(), messageIdOf(mint(world(), 'four')))).toEqual([])
  expect(await send('one')).toMatchObject({ messageId: messageIdOf(mint(world(), 'one')) })
  await expect(send('one', 2n)).rejects.toMatchObject({ code: 'IDEMPOTENCY_CONFLICT' })
  expect(await supply(world())).toBe(before + 3n)
  expect((await statesOf(world(), messageIdOf(mint(world(), 'one')))).length).toBeGreaterThan(3)
})

test('whoever is refused waits as long as it is told, and does not knock meanwhile', async () => {
  await redis.pexpire('entente:tenant:minute:consortium', 1_500)
  const startMs = performance.now()
  await submitIntent(world().nc, mint(world(), 'patient'), patience)
  expect(performance.now() - startMs).toBeGreaterThan(1_000)
  expect(await counted()).toBe(1)
})

test('without Redis a gateway counts its own at once, and with it again when it is back', async () => {
  const server = world().servers.stack.servers.find(({ name }) => name === 'redis')!
  process.kill(server.pid, 'SIGKILL')
  await expect.poll(() => redis.status, soon).not.toBe('ready')
  const startMs = performance.now()
  for (const name of ['lost 1', 'lost 2', 'lost 3']) await send(name)
  expect(performance.now() - startMs).toBeLessThan(2_000)
  await expect(send('lost 4')).rejects.toMatchObject({ code: 'TENANT_OVER_LIMIT' })
  await server.restart()
  await expect.poll(() => redis.status, soon).toBe('ready')
  await redis.del('entente:tenant:minute:consortium')
  await send('back')
  expect(await counted()).toBe(1)
  for (const name of ['lost 1', 'lost 2', 'lost 3', 'back']) await outcome(name)
})
