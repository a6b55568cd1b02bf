import { once } from 'node:events'
import { request } from 'node:http'
import type { Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export type Subscription = {
  readonly events: { sequence: number; contract: string; event: string }[]
  /** Code and reason of the end. */
  readonly closed: Promise<{ code: number; reason: string }>
  close(): void
}

/** Subscribes as a program of others does, with the WebSocket that comes with Node. */
export async function subscribe(url: string, key: string): Promise<Subscription> {
  // Node's takes headers too, which the standard's type does not know.
  const options = { headers: { authorization: `Bearer ${key}` } } as unknown as string[]
  const socket = new WebSocket(url.replace(/^http/, 'ws'), options)
  onTestFinished(() => socket.close())
  const events: Subscription['events'] = []
  socket.addEventListener('message', ({ data }) => events.push(JSON.parse(data)))
  const closed = new Promise<{ code: number; reason: string }>(resolve => {
    socket.addEventListener('close', ({ code, reason }) => resolve({ code, reason }))
  })
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve)
    socket.addEventListener('error', reject)
  })
  return { events, closed, close: () => socket.close() }
}

/** Subscribes, and then reads nothing and answers nothing until it is told to. */
export async function subscribeDeaf(url: string, key: string): Promise<Socket> {
  const headers = {
    authorization: `Bearer ${key}`,
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': Buffer.alloc(16, 7).toString('base64'),
  }
  const asking = request(url, { headers }).end()
  const [, socket] = (await once(asking, 'upgrade')) as [unknown, Socket]
  onTestFinished(() => void socket.destroy())
  socket.on('error', () => {})
  return socket
}
