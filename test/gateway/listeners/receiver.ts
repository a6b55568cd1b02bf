import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll } from 'vitest'

export interface Delivery {
  readonly id: string
  readonly timestamp: string
  readonly signature: string
  readonly body: string
  readonly atMs: number
  readonly data: { sequence: number; contract: string; event: string; blockNumber: number; logIndex: number }
}

/** `hang` never answers. */
export type Answer = number | 'hang'

/** A real receiver of webhooks, which notes all that comes and answers as it is told. */
export async function startReceiver() {
  const deliveries: Delivery[] = []
  let answer: (delivery: Delivery) => Answer | Promise<Answer> = () => 204
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', part => {
      body += part
    })
    request.on('end', async () => {
      const delivery = deliveryOf(request.headers, body)
      deliveries.push(delivery)
      const status = await answer(delivery)
      if (status !== 'hang') response.writeHead(status).end()
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  afterAll(async () => {
    server.closeAllConnections()
    await new Promise(resolve => server.close(resolve))
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    deliveries,
    answer(how: typeof answer) {
      answer = how
    },
  }
}

function deliveryOf(headers: IncomingHttpHeaders, body: string): Delivery {
  return {
    id: String(headers['webhook-id']),
    timestamp: String(headers['webhook-timestamp']),
    signature: String(headers['webhook-signature']),
    body,
    atMs: Date.now(),
    data: JSON.parse(body).data,
  }
}

/** What the signature must be, by the specification alone. */
export function expectedSignature(secret: string, { id, timestamp, body }: Delivery): string {
  if (!secret.startsWith('whsec_')) throw new Error('a secret begins with whsec_')
  const mac = createHmac('sha256', Buffer.from(secret.slice('whsec_'.length), 'base64'))
  for (const part of [id, '.', timestamp, '.', body]) mac.update(part, 'utf8')
  return `v1,${mac.digest().toString('base64')}`
}
