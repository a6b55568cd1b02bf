import { jetstream } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { expect, onTestFinished, test, vi } from 'vitest'
import { Lease, tendLeases } from '../../stack/lease.ts'
import { silent } from '../coordinator/log/with-log.ts'
import { busBehindCut } from '../gateway/bus-behind-cut.ts'
import { withStack } from '../harness/with-stack.ts'

const servers = withStack()

test('rounds that were due while the bus was away are made up for by one', async () => {
  const { proxy, nc } = await busBehindCut(servers, 'tending')
  const kv = await new Kvm(jetstream(nc, { timeout: 500 })).create('leases-of-test')
  const lease = new Lease({ kv, key: 'one', holder: 'this', log: silent })
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const tending = await tendLeases([lease])
  expect(lease.isHeld()).toBe(true)

  proxy.hang()
  const sent = nc.stats().outMsgs
  vi.advanceTimersByTime(20_000)
  await expect.poll(() => nc.stats().outMsgs).toBe(sent + 1)
  proxy.mend()
  await tending.stop()
  // The one that was due at first, one more at most, and what gives the lease back.
  expect(nc.stats().outMsgs).toBeLessThanOrEqual(sent + 3)
  expect((await kv.get('one'))!.operation).toBe('DEL')
})
