import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { inBatches } from '../../stack/in-batches.ts'

interface Sent {
  readonly deliverySequence: number
  readonly pending: number
  readonly afterMs?: number
}

/** As a consumer hands them out, which then stays silent for a while before it ends. */
async function* consumer(sent: readonly Sent[], silenceMs = 200) {
  for (const { afterMs = 0, ...info } of sent) {
    if (afterMs > 0) await sleep(afterMs)
    yield { info }
  }
  await sleep(silenceMs)
}

async function batchesOf(sent: readonly Sent[], silenceMs?: number, gatherMs = 0): Promise<number[][]> {
  const batches: number[][] = []
  for await (const batch of inBatches(consumer(sent, silenceMs), () => gatherMs)) {
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

it('takes what is here without a timer, and waits as ever for what is not', async () => {
  const sent = Array.from({ length: 5 }, (_, index) => ({ deliverySequence: index + 1, pending: 4 - index }))
  let taken = 0
  const here = 3
  async function* handOut() {
    for (const info of sent) {
      if (taken === here) await sleep(5)
      taken += 1
      yield { info }
    }
  }
  const messages = Object.assign(handOut(), { getPending: () => Math.max(0, here - taken) })
  const timers = vi.spyOn(globalThis, 'setTimeout')
  const batches: number[][] = []
  const timersOf: number[] = []
  for await (const batch of inBatches(messages)) {
    batches.push(batch.map(({ info }) => info.deliverySequence))
    timersOf.push(timers.mock.calls.length)
  }
  timers.mockRestore()
  expect(batches).toEqual([[1, 2, 3, 4, 5]])
  expect(timersOf).toEqual([2])
})

it('hands on no more than 256 at once', async () => {
  const sent = Array.from({ length: 300 }, (_, index) => ({ deliverySequence: index + 1, pending: 299 - index }))
  expect((await batchesOf(sent, 0)).map(batch => batch.length)).toEqual([256, 44])
})

it('hands on at once what comes first, and together what comes soon after', async () => {
  const sent = [
    { deliverySequence: 1, pending: 0 },
    { deliverySequence: 2, pending: 0, afterMs: 20 },
    { deliverySequence: 3, pending: 0, afterMs: 20 },
    { deliverySequence: 4, pending: 0, afterMs: 1_500 },
  ]
  expect(await batchesOf(sent, 0, 500)).toEqual([[1], [2, 3], [4]])
})

it('ends where one is left out', async () => {
  const sent = [
    { deliverySequence: 1, pending: 0 },
    { deliverySequence: 3, pending: 0 },
  ]
  expect(await batchesOf(sent, 10_000)).toEqual([[1]])
})
