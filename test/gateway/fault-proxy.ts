import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * What becomes of a request: `pass`; `lose-request`: the node never sees it; `lose-answer`: the node acts on it, and
 * nobody hears; `hold`: it waits for `release`, as with a node that was stopped, and is acted on then.
 */
export type Fault = 'pass' | 'lose-request' | 'lose-answer' | 'hold'

type Change = (method: string, result: unknown, params: unknown[]) => unknown
type Call = { id: number; method: string; params: unknown[] }

export interface FaultProxy {
  readonly url: string
  /** Decides for every request from now on; says nothing again when left out. */
  inject(decide?: (method: string) => Fault): void
  release(): void
  /** Changes the result of every call from now on; leaves them as they are when left out. */
  alter(change?: Change): void
  /** Methods asked so far. */
  readonly seen: string[]
  stop(): Promise<void>
}

/** Stands in front of a JSON-RPC node and does what networks do. */
export async function startFaultProxy(nodeUrl: string): Promise<FaultProxy> {
  let decide: (method: string) => Fault = () => 'pass'
  let change: Change | undefined
  const held: (() => void)[] = []
  const seen: string[] = []
  const release = () => {
    for (const go of held.splice(0)) go()
  }

  async function handle(body: string, response: ServerResponse): Promise<void> {
    // What becomes of one call of a batch becomes of all.
    const calls = [JSON.parse(body) as Call | Call[]].flat()
    const methods = calls.map(({ method }) => method)
    seen.push(...methods)
    const fault = methods.map(decide).find(each => each !== 'pass')
    if (fault === 'lose-request') return void response.destroy()
    if (fault === 'hold') await new Promise<void>(resolve => held.push(resolve))
    const answer = await fetch(nodeUrl, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    const text =
      change === undefined ? await answer.text() : altered((await answer.json()) as Answer | Answer[], calls, change)
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
    alter: next => {
      change = next
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

type Answer = { id: number; result?: unknown }

function altered(answers: Answer | Answer[], calls: Call[], change: Change): string {
  const alter = (answer: Answer) => {
    const { method, params } = calls.find(({ id }) => id === answer.id)!
    return 'result' in answer ? { ...answer, result: change(method, answer.result, params) } : answer
  }
  return JSON.stringify(Array.isArray(answers) ? answers.map(alter) : alter(answers))
}
