import { ExponentialBackoff, handleWhen, retry } from 'cockatiel'
import { computeAddress } from 'ethers'
import { EntenteError } from '../../protocol/errors.ts'
import { type Hex, toHex } from '../../protocol/hash.ts'
import type { Address } from '../../protocol/ids.ts'
import { custodySigner, type Signer } from './signer.ts'

export type Web3SignerOptions = {
  /** Base of its HTTP API. */
  url: string
  address: Address
  /** One request; it is made again twice, with the very same bytes. */
  timeoutMs?: number
}

const TIMEOUT_MS = 2_000
const again = retry(
  handleWhen(error => error instanceof EntenteError && error.code === 'SIGNER_UNREACHABLE'),
  { maxAttempts: 2, backoff: new ExponentialBackoff({ initialDelay: 100, maxDelay: 1_000 }) },
)

/**
 * A signer that speaks Web3Signer's API for execution-layer keys: `GET /api/v1/eth1/publicKeys` and
 * `POST /api/v1/eth1/sign/{identifier}`, where the identifier is the public key as that list has it, and the signer hashes
 * the data itself. https://github.com/Consensys/web3signer/blob/master/openapi-specs/eth1/web3signer.yaml
 *
 * @throws EntenteError SIGNER_UNREACHABLE; KEY_INVALID when it does not hold the key
 */
export async function web3Signer({ url, address, timeoutMs = TIMEOUT_MS }: Web3SignerOptions): Promise<Signer> {
  const base = url.replace(/\/+$/, '')
  const ask = (path: string, body?: string) => again.execute(() => request(`${base}${path}`, body, timeoutMs))
  const publicKey = findKey(await ask('/api/v1/eth1/publicKeys'), address)
  if (publicKey === undefined) {
    throw new EntenteError('KEY_INVALID', `the signer at ${hostOf(url)} does not hold the key of ${address}`)
  }
  return custodySigner({
    address,
    sign: async payload => {
      const body = JSON.stringify({ data: toHex(payload) })
      return (await ask(`/api/v1/eth1/sign/${publicKey}`, body)).trim() as Hex
    },
  })
}

/** Uncompressed points, most without the byte that says so. */
function findKey(answer: string, address: Address): string | undefined {
  const points = parse(answer)
  return points.find(point => {
    const bare = point.replace(/^0x/, '')
    try {
      return computeAddress(`0x${bare.length === 128 ? '04' : ''}${bare}`).toLowerCase() === address
    } catch {
      return false
    }
  })
}

function parse(answer: string): string[] {
  try {
    const keys: unknown = JSON.parse(answer)
    if (Array.isArray(keys)) return keys.filter(key => typeof key === 'string')
  } catch {
    // Said below: what it is instead of a list does not matter.
  }
  throw new EntenteError('SIGNER_WRONG', 'the signer did not answer a list of public keys')
}

async function request(url: string, body: string | undefined, timeoutMs: number): Promise<string> {
  const { ok, status, text } = await exchange(url, body, timeoutMs)
  if (ok) return text
  const said = `the signer at ${hostOf(url)} answered with HTTP ${status}`
  // Overloaded, or its vault does not answer: that passes. Anything else it will say again.
  if (status >= 500 || status === 429) throw new EntenteError('SIGNER_UNREACHABLE', said)
  throw new EntenteError('SIGNER_WRONG', said)
}

async function exchange(url: string, body: string | undefined, timeoutMs: number) {
  try {
    const response = await fetch(url, {
      ...(body !== undefined && { method: 'POST', headers: { 'content-type': 'application/json' }, body }),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    })
    return { ok: response.ok, status: response.status, text: await response.text() }
  } catch (cause) {
    const why = cause instanceof Error && cause.name === 'TimeoutError' ? `within ${timeoutMs} ms` : 'at all'
    throw new EntenteError('SIGNER_UNREACHABLE', `the signer at ${hostOf(url)} does not answer ${why}`)
  }
}

/** A URL may hold a password. */
function hostOf(url: string): string {
  return new URL(url).host
}
