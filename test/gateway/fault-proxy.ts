import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * What becomes of a request: `pass`; `lose-request`: the node never sees it; `lose-answer`: the node acts on it, and
 * nobody hears; `hold`: it waits for `release`, as with a node that was stopped, and is acted on then.
 */
export type Fault = 'pass' | 'lose-request' | 'lose-answer' | 'hold'

/** How a gateway asks a node what a call would come to, before it numbers and signs it. */
export const triesCalls: ReadonlySet<string> = new Set(['eth_estimateGas', 'eth_call'])

export interface FaultProxy {
  readonly url: string
  /** Decides for every request from now on; says nothing again when left out. */
  inject(decide?: (method: string) => Fault): void
  release(): void
  /** Changes what the node answered, from now on; says it again as it was when left out. */
  alter(change?: Change): void
  /** Answers in the node's place, from now on; the node answers where it gives null. */
  answer(instead: Instead): void
  /** Methods asked so far. */
  readonly seen: string[]
  stop(): Promise<void>
}

/** May take its time: the answer is held until then. */
type Change = (method: string, result: unknown, params: unknown[]) => unknown
type RpcCall = { method: string; params: unknown[] }
type RpcAnswer = { id: unknown; result?: unknown }
type Instead = (method: string, params: unknown[]) => { result: unknown } | { error: object } | null

/** Stands in front of a JSON-RPC node and does what networks do. */
export async function startFaultProxy(nodeUrl: string): Promise<FaultProxy> {
  let decide: (method: string) => Fault = () => 'pass'
  let change: Change = (_, result) => result
  let instead: Instead = () => null
  const held: (() => void)[] = []
  const seen: string[] = []
  const release = () => {
    for (const go of held.splice(0)) go()
  }

  async function handle(body: string, response: ServerResponse): Promise<void> {
    // What becomes of one call of a batch becomes of all.
    const calls = [JSON.parse(body) as RpcCall | RpcCall[]].flat()
    const methods = calls.map(({ method }) => method)
    seen.push(...methods)
    const fault = methods.map(decide).find(each => each !== 'pass')
    if (fault === 'lose-request') return void response.destroy()
    if (fault === 'hold') await new Promise<void>(resolve => held.push(resolve))
    const answer = await fetch(nodeUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    const answers = [(await answer.json()) as RpcAnswer | RpcAnswer[]].flat()
    const altered = await Promise.all(
      answers.map(async (each, index) => {
        const { method, params } = calls[index]!
        const other = instead(method, params)
        if (other !== null) return { jsonrpc: '2.0', id: each.id, ...other }
        return 'result' in each ? { ...each, result: await change(method, each.result, params) } : each
      }),
    )
    const text = JSON.stringify(methods.length === 1 ? altered[0] : altered)
    if (fault === 'lose-answer') response.destroy()
    else response.setHeader('content-type', 'application/json').end(text)
  }

  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', chunk => chunks.push(chunk))
    request.on('end', () => handle(Buffer.concat(chunks).toString(), response).catch(() => response.destroy()))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    inject: (next = () => 'pass') => {
      decide = next
    },
    release,
    alter: (next = (_, result) => result) => {
      change = next
    },
    answer: next => {
      instead = next
    },
    seen,
    async stop() {
      release()
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
