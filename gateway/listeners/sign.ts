import { createHmac, randomBytes } from 'node:crypto'

const PREFIX = 'whsec_'
const SECRET_BYTES = 32

/** A new secret of a listener: `whsec_` and the key in base64. */
export function newSecret(): string {
  return `${PREFIX}${randomBytes(SECRET_BYTES).toString('base64')}`
}

/**
 * The headers by which a receiver knows what it got and from whom: HMAC-SHA256 over `id.timestamp.body`.
 *
 * @param id the same for every attempt, so that a receiver can drop what it has
 * @param timeMs of this attempt: receivers refuse what is older than some minutes
 * @see https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
 */
export function signWebhook(secret: string, id: string, body: string, timeMs: number): Record<string, string> {
  const timestamp = Math.floor(timeMs / 1_000)
  const key = Buffer.from(secret.slice(PREFIX.length), 'base64')
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': `v1,${signature}` }
}
