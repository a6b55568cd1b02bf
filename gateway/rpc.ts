import { setTimeout as sleep } from 'node:timers/promises'
import { EntenteError } from '../protocol/errors.ts'

const RETRY_MS = 200

/**
 * One JSON-RPC request. A time-out is a state of the pipeline and an error of the node decides what comes next, so
 * nothing here retries, batches, caches or renames errors, as client libraries do.
 *
 * @throws NodeError when the node answered with an error, NodeSilent when no usable answer came
 */
export type Rpc = <T>(method: string, params: readonly unknown[]) => Promise<T>

export type RpcOptions = {
  /** After this a request counts as unanswered; whether the node acted on it is then unknown. */
  timeoutMs: number
}

export function connectRpc(url: string, { timeoutMs }: RpcOptions): Rpc {
  let id = 0
  return async <T>(method: string, params: readonly unknown[]): Promise<T> => {
    id += 1
    const answer = await post(url, JSON.stringify({ jsonrpc: '2.0', id, method, params }), timeoutMs)
    if (answer.error) throw new NodeError(method, answer.error)
    if (answer.result === undefined) throw new NodeSilent(`the answer to ${method} has no result`)
    return answer.result as T
  }
}

async function post(url: string, body: string, timeoutMs: number): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(timeoutMs),
    })
    return (await response.json()) as Answer
  } catch (cause) {
    throw new NodeSilent(`no answer from ${new URL(url).host}: ${reasonOf(cause)}`, { cause })
  }
}

/**
 * Asks again until the node answers: for a start, when it may be starting too. Only for requests that may be repeated.
 *
 * @throws EntenteError CHAIN_UNREACHABLE when a request went unanswered for `timeoutMs`; NodeError at once
 */
export function patient(rpc: Rpc, { timeoutMs }: RpcOptions): Rpc {
  return async (method, params) => {
    const endMs = performance.now() + timeoutMs
    for (;;) {
      try {
        return await rpc(method, params)
      } catch (cause) {
        if (!(cause instanceof NodeSilent)) throw cause
        if (performance.now() > endMs) throw new EntenteError('CHAIN_UNREACHABLE', cause.message, { cause })
        await sleep(RETRY_MS)
      }
    }
  }
}

interface Answer {
  result?: unknown
  error?: { code: number; message: string; data?: unknown }
}

/** The node understood, and said no. */
export class NodeError extends Error {
  override readonly name = 'NodeError'
  readonly code: number
  /** What a call reverted with, as hex; null when the node gave none. */
  readonly data: string | null

  constructor(method: string, error: NonNullable<Answer['error']>) {
    super(`${method}: ${error.message}`)
    this.code = error.code
    this.data = revertData(error.data)
  }
}

/** No answer, or none that can be read: the request may have taken effect all the same. */
export class NodeSilent extends Error {
  override readonly name = 'NodeSilent'
}

/** Most nodes put the bytes in `data`, some in `data.data`. */
function revertData(data: unknown): string | null {
  if (typeof data === 'string' && data.startsWith('0x')) return data
  if (typeof data === 'object' && data !== null && 'data' in data) return revertData(data.data)
  return null
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause)
  // fetch says only "fetch failed"; the reason is its cause.
  return cause.cause instanceof Error ? cause.cause.message || cause.cause.name : cause.message
}
