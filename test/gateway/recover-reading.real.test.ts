import { setTimeout as sleep } from 'node:timers/promises'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { expect, test } from 'vitest'
import { createLedger } from '../../gateway/ledger.ts'
import { recover } from '../../gateway/recover.ts'
import { ChainIntent, messageIdOf } from '../../protocol/chain-message.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { ensureStreams } from '../../stack/streams.ts'
import { withStack } from '../harness/with-stack.ts'

const { connect } = withStack()
const MESSAGES = 3_000

const intent = (number: number) =>
  ChainIntent.parse({
    ...{ tenant: 'consortium', operation: 'mint', businessId: `${number}`, from: 'relayer' },
    ...{ contract: 'EntenteToken', call: 'mint', args: [] },
  })

test('the stream is read to its end though the server forgets the reader, as it does when it is killed', async () => {
  const nc = await connect('recover')
  await ensureStreams(nc, { replicas: 1 })
  const [js, jsm] = [jetstream(nc), await jetstreamManager(nc)]
  for (let start = 0; start < MESSAGES; start += 500) {
    const stored = Array.from({ length: 500 }, (_, index) => {
      const received = { state: 'RECEIVED', atMs: 1, intent: intent(start + index) }
      const entry = { messageId: messageIdOf(received.intent), steps: [received] }
      return js.publish(subjects.chainTx(entry.messageId), JSON.stringify(entry))
    })
    await Promise.all(stored)
  }
  let done = false
  let forgotten = 0
  const ledger = createLedger()
  const recovering = recover(nc, ledger, new Map()).finally(() => {
    done = true
  })
  while (!done && forgotten === 0) {
    for await (const { name } of jsm.consumers.list(streams.chainTx)) {
      forgotten += Number(await jsm.consumers.delete(streams.chainTx, name).catch(() => false))
    }
    await sleep(1)
  }
  expect((await recovering).after).toBe(MESSAGES)
  expect(forgotten).toBe(1)
  expect([...ledger.open()]).toHaveLength(MESSAGES)
})
