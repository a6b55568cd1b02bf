import http from 'node:http'
import https from 'node:https'

/** A connection that nobody uses is closed after so long: the other side may close it later, but seldom sooner. */
const IDLE_MS = 4_000

export interface Posted {
  /** Of HTTP. */
  readonly status: number
  readonly text: string
}

/**
 * Sends JSON to one place, and resolves with the answer, whatever its status.
 * @throws Error with `code` when the connection fails; Error when it takes longer than `timeoutMs`, the whole of it
 */
export type Post = (body: string, timeoutMs: number) => Promise<Posted>

/** Over connections that stay open. `fetch` would go through web streams, and make several objects that can be aborted, for each. */
export function connectPost(url: string): Post {
  const { request, Agent } = url.startsWith('https:') ? https : http
  const agent = new Agent({ keepAlive: true, timeout: IDLE_MS })
  return (body, timeoutMs) =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
      const asked = request(url, { method: 'POST', agent, headers }, answer => {
        const parts: Buffer[] = []
        answer.on('data', (part: Buffer) => parts.push(part))
        answer.on('end', () => resolve({ status: answer.statusCode!, text: Buffer.concat(parts).toString() }))
        answer.on('error', reject)
      })
      const late = () => asked.destroy(new Error(`nothing for ${timeoutMs} ms`))
      const timer = setTimeout(late, timeoutMs)
      asked.on('close', () => clearTimeout(timer))
      asked.on('error', reject)
      asked.end(body)
    })
}
