import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { inBatches } from '../../stack/in-batches.ts'
import { Inbox } from '../../stack/inbox.ts'

interface Sent {
  readonly deliverySequence: number
  readonly pending: number
  readonly afterMs?: number
}

/** What a consumer puts there, which then stays silent for a while before it ends. */
function consumer(sent: readonly Sent[], silenceMs = 200) {
  const inbox = new Inbox<{ info: Sent }>()
  void (async () => {
    for (const { afterMs = 0, ...info } of sent) {
      if (afterMs > 0) await sleep(afterMs)
      inbox.put({ info })
    }
    await sleep(silenceMs)
    inbox.end()
  })()
  return inbox
}

async function batchesOf(sent: readonly Sent[], silenceMs?: number): Promise<number[][]> {
  const batches: number[][] = []
  for await (const batch of inBatches(consumer(sent, silenceMs))) {
    batches.push(batch.map(({ info }) => info.deliverySequence))
  }
  return batches
}

it('hands on together what is there at once', async () => {
  const sent = [
    { deliverySequence: 1, pending: 2 },
    { deliverySequence: 2, pending: 1 },
    { deliverySequence: 3, pending: 0 },
    { deliverySequence: 4, pending: 0 },
  ]
  expect(await batchesOf(sent)).toEqual([[1, 2, 3], [4]])
})

it('hands on what is there though the server counts more than there is', async () => {
  const sent = [
    { deliverySequence: 1, pending: 2 },
    { deliverySequence: 2, pending: 1 },
    { deliverySequence: 3, pending: 1, afterMs: 100 },
  ]
  expect(await batchesOf(sent)).toEqual([[1, 2], [3]])
})

it('hands on no more than 256 at once', async () => {
  const sent = Array.from({ length: 300 }, (_, index) => ({ deliverySequence: index + 1, pending: 299 - index }))
  expect((await batchesOf(sent, 0)).map(batch => batch.length)).toEqual([256, 44])
})

it('ends where one is left out', async () => {
  const sent = [
    { deliverySequence: 1, pending: 0 },
    { deliverySequence: 3, pending: 0 },
  ]
  expect(await batchesOf(sent, 10_000)).toEqual([[1]])
})

it('throws what the consumer ended with', async () => {
  const inbox = new Inbox<{ info: Sent }>()
  inbox.end(new Error('the connection is gone'))
  await expect(inBatches(inbox).next()).rejects.toThrow('the connection is gone')
})
