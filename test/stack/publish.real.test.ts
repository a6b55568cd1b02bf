import { JetStreamApiError, jetstreamManager } from '@nats-io/jetstream'
import { errors } from '@nats-io/nats-core'
import { describe, expect, test } from 'vitest'
import { streams, subjects } from '../../protocol/subjects.ts'
import { openJetstream } from '../../stack/publish.ts'
import { ensureStreams } from '../../stack/streams.ts'
import { withStack } from '../harness/with-stack.ts'

const { connect } = withStack()

async function ground() {
  const nc = await connect('publisher')
  await ensureStreams(nc, { replicas: 1 })
  return { nc, js: openJetstream(nc), jsm: await jetstreamManager(nc) }
}

describe('what is published', () => {
  test('is stored when it is said to be, in order, with its headers and content', async () => {
    const { js, jsm } = await ground()
    const subject = subjects.task('in-order')
    const stored = await Promise.all(
      ['a', 'b', 'ü'].map(text => js.publish(subject, text, { msgID: `in-order/${text}` })),
    )
    expect(stored.map(({ stream, seq, duplicate }) => [stream, seq - stored[0]!.seq, duplicate])).toEqual([
      [streams.tasks, 0, false],
      [streams.tasks, 1, false],
      [streams.tasks, 2, false],
    ])
    const last = await jsm.streams.getMessage(streams.tasks, { last_by_subj: subject })
    expect([last!.string(), last!.header.get('Nats-Msg-Id')]).toEqual(['ü', 'in-order/ü'])
  })

  test('is stored once under one id', async () => {
    const { js } = await ground()
    const once = await js.publish(subjects.task('once'), 'x', { msgID: 'once' })
    const again = await js.publish(subjects.task('once'), 'x', { msgID: 'once' })
    expect(again).toMatchObject({ seq: once.seq, duplicate: true })
  })

  test('is refused where it does not follow what it was to follow', async () => {
    const { js } = await ground()
    const subject = subjects.task('following')
    const { seq } = await js.publish(subject, 'first', { expect: { lastSubjectSequence: 0 } })
    const second = js.publish(subject, 'second', { expect: { lastSubjectSequence: 0 } })
    await expect(second).rejects.toBeInstanceOf(JetStreamApiError)
    await expect(second).rejects.toMatchObject({ code: 10071 })
    await js.publish(subject, 'second', { expect: { lastSubjectSequence: seq } })
  })

  test('fails at once where there is no stream for it, and where the connection is closed', async () => {
    const { nc, js } = await ground()
    const startedMs = performance.now()
    await expect(js.publish('nobody.keeps.this', 'x')).rejects.toBeInstanceOf(errors.NoRespondersError)
    await nc.close()
    await expect(js.publish(subjects.task('closed'), 'x')).rejects.toBeInstanceOf(errors.ClosedConnectionError)
    expect(performance.now() - startedMs).toBeLessThan(4_000)
  })

  test('is given up after its time where nobody answers', async () => {
    const { nc, js } = await ground()
    nc.subscribe('somebody.hears.this', { callback: () => {} })
    const late = js.publish('somebody.hears.this', 'x', { timeout: 100 })
    await expect(late).rejects.toBeInstanceOf(errors.TimeoutError)
  })

  test('may ask for what is left to the client', async () => {
    const { js } = await ground()
    const wrongStream = js.publish(subjects.task('elsewhere'), 'x', { expect: { streamName: streams.work } })
    await expect(wrongStream).rejects.toThrow(/expected stream/)
  })
})
