import { Writable } from 'node:stream'
import { setImmediate as turn } from 'node:timers/promises'
import type { NatsConnection } from '@nats-io/nats-core'
import { expect, test } from 'vitest'
import { gatherWrites } from '../../stack/gather-writes.ts'

/** A socket that keeps what each call of the system would carry. */
function socketOf(calls: string[]): Writable {
  return new Writable({
    decodeStrings: false,
    write: (chunk, _, done) => {
      calls.push(chunk)
      done()
    },
    writev: (chunks, done) => {
      calls.push(chunks.map(({ chunk }) => chunk).join(''))
      done()
    },
  })
}

function connectionOver(socket: Writable): NatsConnection {
  return { protocol: { transport: { socket } }, async *status() {} } as unknown as NatsConnection
}

test('what is written in one turn goes out together, in order, and tells its writer', async () => {
  const calls: string[] = []
  const socket = socketOf(calls)
  gatherWrites(connectionOver(socket))
  const told: number[] = []
  for (let index = 0; index < 4; index++) {
    socket.write(`${index}`, () => told.push(index))
    await null
  }
  expect(calls).toEqual([])
  await turn()
  expect(calls).toEqual(['0123'])
  socket.write('4')
  await turn()
  expect(calls).toEqual(['0123', '4'])
  expect(told).toEqual([0, 1, 2, 3])
})
