import { jetstream } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { streams, subjects } from '../../protocol/subjects.ts'
import { issueWitnessCreds } from '../../registry/witness-permissions.ts'
import { connectBus } from '../../stack/bus.ts'
import { followByRequest } from '../../stack/follow-by-request.ts'
import { ensureStreams } from '../../stack/streams.ts'
import { withStack } from '../harness/with-stack.ts'
import { log } from './consortium.ts'
import { refusalOfPublish, refusalOfSubscribe } from './refusals.ts'

const stack = withStack()
const taskId = `0x${'7'.repeat(64)}`
let all: NatsConnection
let nc: NatsConnection

beforeAll(async () => {
  all = await stack.connect('all')
  await ensureStreams(all, { replicas: 1 })
  const creds = await issueWitnessCreds(stack.stack.busAccount!, 'health', 600)
  nc = await connectBus({ url: stack.stack.urls.nats, creds, name: 'witness' })
})
afterAll(() => nc?.close())

/** What a witness reads of a stream, told when there is as much as is waited for. */
function following(stream: string, subject: string) {
  const texts: string[] = []
  let told = () => {}
  const reader = followByRequest(nc, {
    ...{ stream, subject, log },
    take(message) {
      texts.push(message.string())
      told()
    },
  })
  return {
    texts,
    reader,
    async until(count: number) {
      while (texts.length < count) {
        await new Promise<void>(resolve => {
          told = resolve
        })
      }
    },
  }
}

it("a witness's credentials let it read the evidence log and the chain's events, from the beginning and as they come", async () => {
  const js = jetstream(all)
  const expected = Array.from({ length: 300 }, (_, index) => `${index}`)
  for (const text of expected.slice(0, 200)) await js.publish(subjects.evidence('event'), text)
  const keeper = subjects.chainEvent('EvidenceLog', 'KeeperAppointed')
  const others = Array.from({ length: 9 }, () => subjects.chainEvent('Escrow', 'Deposited'))
  for (const subject of [...others, keeper, keeper, ...others, keeper, ...others]) await js.publish(subject, subject)
  const leaves = following(streams.evidence, subjects.evidence('*'))
  const keepers = following(streams.chainEvents, keeper)
  await Promise.all([leaves.reader.caughtUp, keepers.reader.caughtUp])
  expect(leaves.texts).toEqual(expected.slice(0, 200))
  expect(keepers.texts).toEqual([keeper, keeper, keeper])
  for (const text of expected.slice(200)) await js.publish(subjects.evidence('event'), text)
  await leaves.until(expected.length)
  expect(leaves.texts).toEqual(expected)
  await Promise.all([leaves.reader.stop(), keepers.reader.stop()])
})

it('let it answer who asks it to cosign', async () => {
  nc.subscribe(subjects.witness, { callback: (_, message) => void message.respond('cosigned') })
  await nc.flush()
  expect((await all.request(subjects.witness, '', { timeout: 2_000 })).string()).toBe('cosigned')
})

it('let it do nothing else', async () => {
  const forbidden = [
    ...[subjects.task(taskId), subjects.work('7'), subjects.result(taskId, 's', '7'), subjects.evidence('event')],
    ...[subjects.chainEvent('EvidenceLog', 'KeeperAppointed'), subjects.command('submit'), subjects.witness],
    ...[subjects.chainSubmit('coordinator'), subjects.chainDone, subjects.credentials, subjects.bulletin('hazard')],
    ...['TASKS', 'WORK', 'RESULTS', 'CHAIN_TX', 'KV_cards', 'OBJ_artifacts'].map(
      stream => `$JS.API.STREAM.MSG.GET.${stream}`,
    ),
    ...['EVIDENCE', 'CHAIN_EVENTS', 'TASKS'].flatMap(stream => [
      `$JS.API.CONSUMER.CREATE.${stream}`,
      `$JS.API.CONSUMER.CREATE.${stream}.mine`,
      `$JS.API.CONSUMER.DELETE.${stream}.views`,
      `$JS.API.CONSUMER.MSG.NEXT.${stream}.views`,
      `$JS.API.STREAM.MSG.DELETE.${stream}`,
      `$JS.API.STREAM.PURGE.${stream}`,
    ]),
    ...['$JS.API.INFO', '$KV.cards.x', '_INBOX.other.x'],
  ]
  for (const subject of forbidden)
    expect(await refusalOfPublish(nc, subject), subject).toMatch(/permissions violation/i)
  for (const subject of [
    'ent.>',
    '>',
    'ent.work.*',
    'ent.task.*',
    'ent.result.>',
    '_INBOX.>',
    '_INBOX.witness-one.>',
  ]) {
    expect(await refusalOfSubscribe(nc, subject), subject).toMatch(/permissions violation/i)
  }
})
