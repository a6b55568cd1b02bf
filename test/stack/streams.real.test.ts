import { JetStreamApiError, jetstream, jetstreamManager } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { describe, expect, test } from 'vitest'
import { streams, subjects } from '../../protocol/subjects.ts'
import { ensureStreams } from '../../stack/streams.ts'
import { withStack } from '../harness/with-stack.ts'

const { connect } = withStack()

describe('ensureStreams', () => {
  test('makes every stream, and changes nothing when it is run again by several at once', async () => {
    const nc = await connect('streams')
    await ensureStreams(nc, { replicas: 1 })
    await Promise.all([ensureStreams(nc, { replicas: 1 }), ensureStreams(nc, { replicas: 1 })])
    const jsm = await jetstreamManager(nc)
    const names: string[] = []
    for await (const info of jsm.streams.list()) names.push(info.config.name)
    const kv = [
      'cards',
      'cursors',
      'leases',
      'listeners',
      'owed',
      'policies',
      'sealing',
      'signers',
      'snapshots',
      'strays',
    ].map(bucket => `KV_${bucket}`)
    expect(names.sort()).toEqual([...Object.values(streams), ...kv, 'OBJ_artifacts'].sort())
  })

  test('brings a stream with other settings back to ours, and keeps what it holds', async () => {
    const nc = await connect('streams')
    await ensureStreams(nc, { replicas: 1 })
    const jsm = await jetstreamManager(nc)
    await jetstream(nc).publish(subjects.result('t', 's', '1'), 'kept')
    await jsm.streams.update(streams.results, { max_age: 0 })
    await ensureStreams(nc, { replicas: 1 })
    const { config, state } = await jsm.streams.info(streams.results)
    expect(config.max_age).toBe(7 * 24 * 3600 * 1e9)
    expect(state.messages).toBe(1)
  })

  test('evidence cannot be taken out, not even by us', async () => {
    const nc = await connect('streams')
    await ensureStreams(nc, { replicas: 1 })
    const jsm = await jetstreamManager(nc)
    const { seq } = await jetstream(nc).publish(subjects.evidence('receipt'), 'leaf')
    await expect(jsm.streams.deleteMessage(streams.evidence, seq)).rejects.toThrow(JetStreamApiError)
    await expect(jsm.streams.purge(streams.evidence)).rejects.toThrow(JetStreamApiError)
  })

  test('a task is appended only at the expected sequence', async () => {
    const nc = await connect('streams')
    await ensureStreams(nc, { replicas: 1 })
    const js = jetstream(nc)
    const subject = subjects.task('a')
    const first = await js.publish(subject, '1', { expect: { lastSubjectSequence: 0 } })
    await expect(js.publish(subject, '2', { expect: { lastSubjectSequence: 0 } })).rejects.toThrow(
      /wrong last sequence/,
    )
    await js.publish(subject, '2', { expect: { lastSubjectSequence: first.seq } })
  })

  test('a key of a bucket can be watched', async () => {
    const nc = await connect('streams')
    await ensureStreams(nc, { replicas: 1 })
    const cards = await new Kvm(nc).open('cards')
    await cards.put('7', 'card')
    const watch = await cards.watch({ key: '7' })
    for await (const entry of watch) {
      expect(entry.string()).toBe('card')
      break
    }
  })
})
