import { once } from 'node:events'
import type { FastifyReply } from 'fastify'

export type EventStream = {
  /** Aborts when the reader is gone, or `close` was called. */
  readonly signal: AbortSignal
  /** Sends one event; waits while the reader is slower than we are. */
  send(event: { id: number; type: string; data: object }): Promise<void>
  close(): void
}

/**
 * Turns a reply into a stream of server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 *
 * @param heartbeatMs silence after which a comment goes out
 */
export function openEventStream(reply: FastifyReply, stopping: AbortSignal, heartbeatMs: number): EventStream {
  const { raw } = reply
  const gone = new AbortController()
  const signal = AbortSignal.any([gone.signal, stopping])
  reply.hijack()
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    // Proxies that buffer would hold events back.
    'x-accel-buffering': 'no',
  })
  raw.flushHeaders()
  const heartbeat = setInterval(() => raw.write(': here\n\n'), heartbeatMs)
  raw.once('close', () => gone.abort())
  signal.addEventListener('abort', () => {
    clearInterval(heartbeat)
    raw.end()
  })
  return {
    signal,
    async send({ id, type, data }) {
      if (signal.aborted) return
      const flowing = raw.write(`id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`)
      // Rejects when the reader goes away while we wait; the signal says that too.
      if (!flowing) await once(raw, 'drain', { signal }).catch(() => {})
    },
    close: () => gone.abort(),
  }
}
