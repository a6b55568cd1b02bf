import { jetstreamManager, type StreamConfig } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { expect, it, vi } from 'vitest'
import { buckets } from '../../../protocol/subjects.ts'
import { Lease } from '../../../stack/lease.ts'
import { ensureStreams } from '../../../stack/streams.ts'
import { silent } from '../../coordinator/log/with-log.ts'
import { withStack } from '../../harness/with-stack.ts'

const stack = withStack()

it('TTLs of keys are silently ignored up to 2.10.27: no bucket has one, and a lease ends by the clock of who wants it', async () => {
  const nc = await stack.connect('buckets')
  await ensureStreams(nc, { replicas: 1 })
  const configs: Partial<StreamConfig>[] = []
  for await (const { config } of (await jetstreamManager(nc)).streams.list()) {
    if (/^(KV|OBJ)_/.test(config.name)) configs.push(config)
  }
  expect(configs).toHaveLength(Object.keys(buckets).length)
  for (const { name, max_age, allow_msg_ttl, subject_delete_marker_ttl } of configs) {
    expect([max_age, allow_msg_ttl ?? false, subject_delete_marker_ttl ?? 0], name).toEqual([0, false, 0])
  }

  const kv = await new Kvm(nc).open(buckets.leases)
  const leaseOf = (holder: string) => new Lease({ kv, key: 'test', holder, log: silent })
  const [silentHolder, other] = [leaseOf('one'), leaseOf('other')]
  await silentHolder.tend()
  expect(silentHolder.isHeld()).toBe(true)
  await vi.waitFor(
    async () => {
      await other.tend()
      expect(other.isHeld()).toBe(true)
    },
    { timeout: 20_000, interval: 250 },
  )
  // Sooner than another may take it, whoever has it no longer counts on it.
  expect(silentHolder.isHeld()).toBe(false)
  expect((await kv.get('test'))!.string()).toBe('other')
})
