import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SigningKey } from 'ethers'
import { fromHex, type Hex, keccak256 } from '../../../protocol/hash.ts'
import { signDigest } from '../../../protocol/sign.ts'

/** `down`: it closes the connection; `silent`: it never answers; `broken`: HTTP 503; `wrong`: signs with another key. */
export type SignerFault = 'none' | 'down' | 'silent' | 'broken' | 'wrong' | 'garbage'

export interface SigningServer {
  readonly url: string
  /** What becomes of the next requests to sign, one each; none when they are used up. */
  inject(...faults: SignerFault[]): void
  /** The data of every request to sign so far. */
  readonly asked: string[]
  stop(): Promise<void>
}

/** Answers as Web3Signer's HTTP API for execution-layer keys does, with keys of a test. */
export async function startSigningServer(...keys: Hex[]): Promise<SigningServer> {
  const byPublicKey = new Map(keys.map(key => [`0x${new SigningKey(key).publicKey.slice(4)}`, key]))
  const stranger: Hex = `0x${'ab'.repeat(32)}`
  const asked: string[] = []
  let faults: SignerFault[] = []

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    if (request.method === 'GET' && request.url === '/api/v1/eth1/publicKeys') {
      return void response.setHeader('content-type', 'application/json').end(JSON.stringify([...byPublicKey.keys()]))
    }
    const [, identifier = ''] = /^\/api\/v1\/eth1\/sign\/(0x[0-9a-f]{128})$/.exec(request.url ?? '') ?? []
    const key = byPublicKey.get(identifier)
    if (request.method !== 'POST' || key === undefined) return void response.writeHead(404).end()
    const { data } = JSON.parse(Buffer.concat(chunks).toString()) as { data: string }
    asked.push(data)
    const fault = faults.shift() ?? 'none'
    if (fault === 'silent') return
    if (fault === 'down') return void response.destroy()
    if (fault === 'broken') return void response.writeHead(503).end()
    if (fault === 'garbage') return void response.end('<html>')
    const signature = signDigest(keccak256(fromHex(data)), fault === 'wrong' ? stranger : key)
    response.setHeader('content-type', 'text/plain; charset=utf-8').end(signature)
  }

  const server = createServer((request, response) => void handle(request, response).catch(() => response.destroy()))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    inject: (...next) => {
      faults = next
    },
    asked,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
