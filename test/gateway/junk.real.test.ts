import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { expect, test } from 'vitest'
import { ChainEvent } from '../../protocol/chain-event.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { awaitOutcome, completeMessage, submitIntent } from '../../stack/chain-intent.ts'
import { parseJson } from '../../stack/parse-json.ts'
import { mint } from './token.ts'
import { withGateway } from './with-gateway.ts'

const { world, start } = withGateway()
const patience = { timeoutMs: 20_000 }

async function mintOnce(name: string) {
  const { nc } = world()
  const { messageId } = await submitIntent(nc, mint(world(), name), patience)
  await awaitOutcome(nc, messageId, patience)
  await completeMessage(nc, messageId, patience)
  return messageId
}

/** What a stranger can get the server to publish where it may not: its own answer, under a subject of its choice. */
async function litter(...places: string[]) {
  const js = jetstream(world().nc)
  for (const place of places) await js.publish(place, '{"stream":"RESULTS","seq":1}')
}

async function lastEventName(): Promise<string | undefined> {
  const jsm = await jetstreamManager(world().nc)
  const { state } = await jsm.streams.info(streams.chainEvents)
  const message = await jsm.streams.getMessage(streams.chainEvents, { seq: state.last_seq })
  return (message && parseJson(ChainEvent, message.data))?.event
}

test('junk in its streams stops neither the gateway, nor its next start, nor its events', async () => {
  const first = await start()
  const before = await mintOnce('before')
  await litter(subjects.chainEvent('a', 'b'), subjects.chainTx('x'), subjects.chainTx(before))
  await mintOnce('between')
  await first.stop()
  await litter(subjects.chainEvent('a', 'b'), subjects.chainTx('y'))
  const second = await start()
  await mintOnce('after')
  await expect.poll(lastEventName, { timeout: 10_000 }).toBe('Transfer')
  expect((await awaitOutcome(world().nc, before, patience)).state).toBe('FINAL')
  await second.stop()
})
