import { setTimeout as sleep } from 'node:timers/promises'
import { ExponentialBackoff, handleAll, retry } from 'cockatiel'
import type { Log } from '../../stack/log.ts'

/** A socket that says nothing for so long is asked for something, and is dead if it has not answered after as long again. */
const BEAT_MS = 5_000
const backoff = { initialDelay: 250, maxDelay: 10_000 }
/** A node that answers and hangs up is not called again at once. */
const AGAIN_MS = 250

export interface Heads {
  isOpen(): boolean
  stop(): Promise<void>
}

export type HeadsOptions = {
  /** `ws` or `wss`. */
  url: string
  /** What the log calls it: the URL may hold a password. */
  name: string
  /** Something was said of a new head: true or not, it is worth a look. */
  onHead: () => void
  beatMs?: number
  log: Log
}

/**
 * Hears of new heads by `eth_subscribe`, for as long as the node lets it, and calls again when it does not: each time after
 * twice the pause. Nothing of what is heard is believed; a socket that is shut, or lies, costs the hint alone.
 */
export function followHeads({ url, name, onHead, beatMs = BEAT_MS, log }: HeadsOptions): Heads {
  const stopping = new AbortController()
  let open = false
  const calling = retry(handleAll, {
    maxAttempts: Number.MAX_SAFE_INTEGER,
    backoff: new ExponentialBackoff(backoff),
  })

  function note(now: boolean): void {
    if (open !== now) log.info({ node: name }, now ? 'new heads are heard' : 'new heads are not heard any more')
    open = now
  }

  const following = (async () => {
    const { signal } = stopping
    while (!signal.aborted) {
      const call = () => hear({ url, onHead, beatMs, signal, onOpen: () => note(true) })
      await calling.execute(call, signal).catch(() => {})
      note(false)
      await sleep(AGAIN_MS, undefined, { signal }).catch(() => {})
    }
  })()

  return {
    isOpen: () => open,
    async stop() {
      stopping.abort()
      await following
    },
  }
}

type Hearing = Pick<HeadsOptions, 'url' | 'onHead'> & { beatMs: number; signal: AbortSignal; onOpen: () => void }

/** One connection: ends when it was of use and is over, and rejects when it never was. */
function hear({ url, onHead, beatMs, signal, onOpen }: Hearing): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const socket = new WebSocket(url)
  let [subscribed, heard] = [false, true]
  const ask = (id: number, method: string, params: unknown[]) =>
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }))

  function end(): void {
    clearInterval(beat)
    signal.removeEventListener('abort', end)
    // One that hangs would answer its closing no sooner than anything else.
    socket.close()
    if (subscribed || signal.aborted) resolve()
    else reject(new Error('the node does not say new heads'))
  }
  const beat = setInterval(() => {
    if (!heard) return end()
    heard = false
    if (socket.readyState === WebSocket.OPEN) ask(2, 'eth_chainId', [])
  }, beatMs)

  signal.addEventListener('abort', end, { once: true })
  socket.addEventListener('open', () => ask(1, 'eth_subscribe', ['newHeads']))
  socket.addEventListener('close', end)
  socket.addEventListener('error', end)
  socket.addEventListener('message', ({ data }) => {
    heard = true
    const said = meaningOf(data)
    if (said === 'subscribed') {
      subscribed = true
      onOpen()
      // Whatever came while nobody listened.
      onHead()
    }
    if (said === 'refused') end()
    if (said === 'head') onHead()
  })
  return promise
}

function meaningOf(data: unknown): 'subscribed' | 'refused' | 'head' | null {
  try {
    const { id, method, error } = JSON.parse(String(data)) as { id?: unknown; method?: unknown; error?: unknown }
    if (method === 'eth_subscription') return 'head'
    if (id !== 1) return null
    return error === undefined ? 'subscribed' : 'refused'
  } catch {
    return null
  }
}
