import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { lookupWithin, type Reach, whyOutOfReach } from './reach.ts'

/** Sends a body once. Resolves when the receiver has said that it has it (2xx). */
export type Post = (url: string, headers: Record<string, string>, body: string, signal: AbortSignal) => Promise<void>

/** What an attempt came to, when it was no success. */
export class NotTaken extends Error {
  override readonly name = 'NotTaken'
  /** How long the receiver asks to be left alone. */
  readonly retryAfterMs: number

  constructor(message: string, retryAfterMs = 0) {
    super(message)
    this.retryAfterMs = retryAfterMs
  }
}

/**
 * Posts JSON to webhooks, over connections that are kept. Follows no redirection, for it could lead anywhere.
 *
 * @returns `post` throws NotTaken, also when the time was up or no connection came about
 */
export function openPost(reach: Reach): { post: Post; close(): void } {
  const lookup = lookupWithin(reach)
  const http = new HttpAgent({ keepAlive: true })
  const https = new HttpsAgent({ keepAlive: true })

  async function post(url: string, headers: Record<string, string>, body: string, signal: AbortSignal): Promise<void> {
    const target = new URL(url)
    const refused = whyOutOfReach(reach, target.hostname)
    if (refused !== null) throw new NotTaken(refused)
    const answered = Promise.withResolvers<IncomingMessage>()
    const options = {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'entente-gateway',
        ...headers,
      },
      lookup,
      signal,
    }
    const request =
      target.protocol === 'https:'
        ? httpsRequest(target, { ...options, agent: https })
        : httpRequest(target, { ...options, agent: http })
    request.on('response', answered.resolve)
    // Also after the answer: what the receiver does then is no matter of ours.
    request.on('error', error => answered.reject(new NotTaken(signal.aborted ? 'no answer in time' : whyOf(error))))
    request.end(body)
    const response = await answered.promise
    // What it says beside its status is read by nobody, but has to be out of the way before the next request.
    response.on('error', () => {})
    response.resume()
    const { statusCode = 0 } = response
    if (statusCode < 200 || statusCode > 299) throw new NotTaken(`it answered ${statusCode}`, retryAfterOf(response))
  }

  return {
    post,
    close() {
      http.destroy()
      https.destroy()
    },
  }
}

function retryAfterOf({ headers }: IncomingMessage): number {
  const seconds = headers['retry-after']
  return seconds !== undefined && /^\d{1,6}$/.test(seconds) ? Number(seconds) * 1_000 : 0
}

/** Several addresses that were tried have each an error of its own. */
function whyOf(error: Error): string {
  return error instanceof AggregateError ? error.errors.map(each => (each as Error).message).join('; ') : error.message
}
