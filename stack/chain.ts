import { setTimeout as sleep } from 'node:timers/promises'
import { JsonRpcProvider, Network } from 'ethers'
import { EntenteError } from '../protocol/errors.ts'

const FIRST_ANSWER_MS = 10_000
const REQUEST_TIMEOUT_MS = 5_000
const RETRY_MS = 200
// Well under the shortest block time in use.
const POLLING_MS = 100

/**
 * Connects to an EVM node over HTTP. The chain's id is asked once; after that the provider spends no request on it.
 *
 * @throws EntenteError CHAIN_UNREACHABLE when no answer came for 10 seconds
 */
export async function connectChain(url: string): Promise<JsonRpcProvider> {
  const network = Network.from(await askChainId(url))
  return new JsonRpcProvider(url, network, {
    staticNetwork: network,
    pollingInterval: POLLING_MS,
    // Requests of one turn of the event loop still share a batch; ethers' default holds each back for 10 ms.
    batchStallTime: 0,
    // Its default answers from memory for 250 ms, a whole block here.
    cacheTimeout: -1,
  })
}

async function askChainId(url: string): Promise<bigint> {
  const giveUpMs = performance.now() + FIRST_ANSWER_MS
  for (;;) {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] }),
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      })
      const { result } = (await response.json()) as { result?: string }
      if (result === undefined) throw new Error(`no chain id in its answer (HTTP ${response.status})`)
      return BigInt(result)
    } catch (cause) {
      if (performance.now() > giveUpMs) throw unreachable(url, cause)
      await sleep(RETRY_MS)
    }
  }
}

function unreachable(url: string, cause: unknown): EntenteError {
  // fetch says only "fetch failed"; the reason is its cause.
  const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  const why = reason instanceof Error ? reason.message || reason.name : String(reason)
  // A path may hold a provider's API key.
  return new EntenteError('CHAIN_UNREACHABLE', `the chain at ${new URL(url).host}: ${why}`, { cause })
}
