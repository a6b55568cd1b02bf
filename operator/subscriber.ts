import type { WebSocket } from '@fastify/websocket'
import type { Limits } from './surroundings.ts'

/** Status codes of RFC 6455, section 7.4.1, and IANA's registry of them. */
export const closeCodes = { goingAway: 1001, failed: 1011, tooSlow: 1013 } as const

/** How long the other side may take to answer a close when the API stops. */
const STOPPING_MS = 2_000

export type Subscriber = {
  /** Aborts when the other side is gone, is closed, or the API stops. */
  readonly signal: AbortSignal
  /**
   * Sends one message. More than `heldBytes` is not held back: then this waits, and closes with 1013 when they are not gone
   * after `slowMs`.
   *
   * @param reason for a close: how to go on from before this message
   */
  send(text: string, reason: string): Promise<void>
  close(code: number, reason: string): void
}

/** Looks after a WebSocket to which we only send. */
export function openSubscriber(socket: WebSocket, stopping: AbortSignal, limits: Limits): Subscriber {
  const gone = new AbortController()
  const { signal } = gone
  let alive = true
  const heartbeat = setInterval(() => {
    // Behind what is held back an answer takes its time.
    if (!alive && socket.bufferedAmount === 0) return socket.terminate()
    alive = false
    socket.ping()
  }, limits.heartbeatMs)

  function close(code: number, reason: string): void {
    if (signal.aborted) return
    gone.abort()
    socket.close(code, reason)
    // The code stands behind what is held back, and is worth a wait.
    endAfter(limits.slowMs)
  }
  const endAfter = (ms: number) => setTimeout(() => socket.terminate(), ms).unref()
  const stop = () => {
    close(closeCodes.goingAway, 'the API stops')
    endAfter(STOPPING_MS)
  }

  socket.on('pong', () => {
    alive = true
  })
  socket.once('close', () => {
    clearInterval(heartbeat)
    stopping.removeEventListener('abort', stop)
    gone.abort()
  })
  stopping.addEventListener('abort', stop, { once: true })
  if (stopping.aborted) stop()

  return {
    signal,
    close,
    async send(text, reason) {
      if (signal.aborted) return
      const gotRid = Promise.withResolvers<void>()
      // Called when all of it was handed to the system, or cannot be any more.
      socket.send(text, () => gotRid.resolve())
      if (socket.bufferedAmount <= limits.heldBytes) return
      const tooSlow = setTimeout(() => {
        close(closeCodes.tooSlow, reason)
        gotRid.resolve()
      }, limits.slowMs)
      await gotRid.promise
      clearTimeout(tooSlow)
    },
  }
}
