import { setTimeout as sleep } from 'node:timers/promises'
import { EntenteError } from '../protocol/errors.ts'
import { connectPost, type Post } from './post.ts'

const RETRY_MS = 200

/** Requests that go to the node at once, each with all that was asked for while the others were under way. */
const LANES = 4

/** As much as public nodes take in one request. */
const BATCH = 100

/**
 * One JSON-RPC call. A time-out is a state of the pipeline and an error of the node decides what comes next, so nothing
 * here retries, caches or renames errors, as client libraries do.
 *
 * @throws NodeError when the node answered with an error, NodeSilent when no usable answer came
 */
export type Rpc = <T>(method: string, params: readonly unknown[]) => Promise<T>

export type RpcOptions = {
  /** After this a request counts as unanswered; whether the node acted on it is then unknown. */
  timeoutMs: number
}

interface Call {
  readonly method: string
  readonly params: readonly unknown[]
  readonly answered: PromiseWithResolvers<unknown>
}

/**
 * Calls a node over HTTP. What is asked for in one turn of the event loop, or while all lanes are taken, goes in one
 * JSON-RPC batch in the order in which it was asked; each call has its own answer, and its own error.
 */
export function connectRpc(url: string, { timeoutMs }: RpcOptions): Rpc {
  const post = connectPost(url)
  const { host } = new URL(url)
  const waiting: Call[] = []
  let free = LANES
  let planned = false

  function go(): void {
    planned = false
    while (free > 0 && waiting.length > 0) {
      free -= 1
      void callAll(body => askNode(post, host, body, timeoutMs), waiting.splice(0, BATCH)).finally(() => {
        free += 1
        go()
      })
    }
  }

  return <T>(method: string, params: readonly unknown[]): Promise<T> => {
    const answered = Promise.withResolvers<unknown>()
    waiting.push({ method, params, answered })
    if (!planned) setImmediate(go)
    planned = true
    return answered.promise as Promise<T>
  }
}

/** Settles every call of a batch. */
async function callAll(ask: (body: string) => Promise<Answer | Answer[]>, calls: readonly Call[]): Promise<void> {
  const requests = calls.map(({ method, params }, id) => ({ jsonrpc: '2.0', id, method, params }))
  try {
    // Alone, a call is sent as nodes without batches want it.
    const answers = [await ask(JSON.stringify(requests.length === 1 ? requests[0] : requests))].flat()
    const byId = new Map(answers.map(answer => [answer.id, answer]))
    for (const [id, call] of calls.entries()) settle(call, byId.get(id))
  } catch (error) {
    for (const { answered } of calls) answered.reject(error)
  }
}

function settle({ method, answered }: Call, answer: Answer | undefined): void {
  if (answer?.error) answered.reject(new NodeError(method, answer.error))
  else if (answer?.result === undefined) answered.reject(new NodeSilent(`the answer to ${method} has no result`))
  else answered.resolve(answer.result)
}

async function askNode(post: Post, host: string, body: string, timeoutMs: number): Promise<Answer | Answer[]> {
  const { status, text } = await post(body, timeoutMs).catch((cause: Error) => {
    throw new NodeSilent(`no answer from ${host}: ${cause.message}`, { cause })
  })
  try {
    return JSON.parse(text) as Answer | Answer[]
  } catch (cause) {
    throw new NodeSilent(`no answer from ${host}: HTTP ${status}, and no JSON`, { cause })
  }
}

/**
 * Asks again until the node answers: for a start, when it may be starting too. Only for requests that may be repeated.
 *
 * @throws EntenteError CHAIN_UNREACHABLE when a request went unanswered for `timeoutMs`; NodeError at once
 */
export function patient(rpc: Rpc, options: RpcOptions): Rpc {
  return (method, params) => patiently(() => rpc(method, params), options)
}

/** The same for what takes several requests. */
export async function patiently<T>(ask: () => Promise<T>, { timeoutMs }: RpcOptions): Promise<T> {
  const endMs = performance.now() + timeoutMs
  for (;;) {
    try {
      return await ask()
    } catch (cause) {
      if (!(cause instanceof NodeSilent)) throw cause
      if (performance.now() > endMs) throw new EntenteError('CHAIN_UNREACHABLE', cause.message, { cause })
      await sleep(RETRY_MS)
    }
  }
}

interface Answer {
  id?: unknown
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

/** Whether the node says so of a transaction that was sent. There is no code for this; the words are those of geth, reth, anvil, Besu, Nethermind, Hardhat and EthereumJS. */
export function isAlreadyThere(error: NodeError): boolean {
  return /already known|already imported|alreadyknown|known transaction|already in the txpool/i.test(error.message)
}
