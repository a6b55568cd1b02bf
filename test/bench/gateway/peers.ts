import { type HDNodeWallet, JsonRpcProvider, NonceManager, type TransactionRequest, type Wallet } from 'ethers'
import { ABIS } from '../../../contracts/abis.ts'
import { encodeCall } from '../../../contracts/bindings.ts'
import { connectRpc } from '../../../gateway/rpc.ts'
import type { Hex } from '../../../protocol/hash.ts'
import type { Ground } from '../../harness/gateway-ground.ts'
import { inParallel, type Way } from './measured.ts'

const gasLimit = 100_000n
const pollMs = 20
const requestMs = 30_000

/** The call that every way of sending makes: the registry's block of creation, 21 thousand gas and a little. */
function callTo({ registry }: Pick<Ground, 'registry'>): TransactionRequest {
  return { to: registry, data: encodeCall(ABIS.ContractRegistry, 'deploymentBlock', []) }
}

/** As examples show it: send, wait for the receipt, send the next. */
export async function oneAtATime(ground: Ground, count: number): Promise<Way[]> {
  return withProvider(ground, async provider => {
    const wallet = ground.freshAccount().connect(provider)
    return sendEach(wallet, ground, count, 1)
  })
}

/** ethers' own way to have many under way from one account. */
export async function byNonceManager(ground: Ground, count: number, inFlight: number): Promise<Way[]> {
  return withProvider(ground, provider =>
    sendEach(new NonceManager(ground.freshAccount().connect(provider)), ground, count, inFlight),
  )
}

async function sendEach(
  signer: Pick<Wallet, 'sendTransaction'>,
  ground: Ground,
  count: number,
  inFlight: number,
): Promise<Way[]> {
  const ways: Way[] = []
  await inParallel(count, inFlight, async () => {
    const fromMs = performance.now()
    const sent = await signer.sendTransaction(callTo(ground))
    await sent.wait()
    ways.push({ fromMs, toMs: performance.now() })
  })
  return ways
}

/** What one writes after that: numbers counted here, fees known, signed by ethers, sent raw, receipts read by the block. */
export async function signedByEthers(ground: Ground, count: number, inFlight: number): Promise<Way[]> {
  return withProvider(ground, async provider => {
    const wallet = ground.freshAccount().connect(provider)
    const { chainId } = await provider.getNetwork()
    return sendRaw(ground, count, { inFlight, batched: false }, nonce => signedCall(wallet, ground, chainId, nonce))
  })
}

/**
 * The node's limit: bytes that were signed before the clock began, and no record of anything. In batches, so many at a time
 * are not in a block yet: a pool of thousands more would cost the node several times what the same transactions cost it otherwise.
 */
export async function preSigned(
  ground: Ground,
  count: number,
  { inFlight, batched }: { inFlight: number; batched: boolean },
): Promise<{ send: () => Promise<Way[]> }> {
  const wallet = ground.freshAccount()
  const chainId = BigInt(await connectRpc(ground.chain.url, { timeoutMs: requestMs })<Hex>('eth_chainId', []))
  const raws = await Promise.all(
    Array.from({ length: count }, (_, nonce) => signedCall(wallet, ground, chainId, nonce)),
  )
  return { send: () => sendRaw(ground, count, { inFlight, batched }, async nonce => raws[nonce]!) }
}

function signedCall(wallet: HDNodeWallet, ground: Ground, chainId: bigint, nonce: number): Promise<string> {
  const fees = { maxFeePerGas: 10n ** 11n, maxPriorityFeePerGas: 10n ** 9n }
  return wallet.signTransaction({ ...callTo(ground), ...fees, type: 2, chainId, nonce, gasLimit })
}

async function sendRaw(
  { chain }: Ground,
  count: number,
  { inFlight, batched }: { inFlight: number; batched: boolean },
  rawOf: (nonce: number) => Promise<string>,
): Promise<Way[]> {
  const rpc = connectRpc(chain.url, { timeoutMs: requestMs })
  const send = batched ? (raw: string) => rpc<Hex>('eth_sendRawTransaction', [raw]) : singleSender(chain.url)
  const sentAtMs = new Map<Hex, number>()
  const ways: Way[] = []
  let slots = Promise.withResolvers<void>()
  let stopped = false
  const watching = (async () => {
    let next = Number(await rpc<Hex>('eth_blockNumber', []))
    while (!stopped) {
      const end = Number(await rpc<Hex>('eth_blockNumber', []))
      for (; next <= end; next += 1) {
        type Receipts = { transactionHash: Hex }[] | null
        for (const { transactionHash } of (await rpc<Receipts>('eth_getBlockReceipts', [`0x${next.toString(16)}`])) ??
          []) {
          const fromMs = sentAtMs.get(transactionHash)
          if (fromMs === undefined) continue
          sentAtMs.delete(transactionHash)
          ways.push({ fromMs, toMs: performance.now() })
        }
        slots.resolve()
        slots = Promise.withResolvers()
      }
      await new Promise(resolve => setTimeout(resolve, pollMs))
    }
  })()
  await inParallel(count, inFlight, async nonce => {
    const fromMs = performance.now()
    const hash = await send(await rawOf(nonce))
    sentAtMs.set(hash, fromMs)
    while (batched && sentAtMs.has(hash)) await slots.promise
  })
  while (ways.length < count) await slots.promise
  stopped = true
  await watching
  return ways
}

/** One request for each transaction, so many as are under way. */
function singleSender(url: string): (raw: string) => Promise<Hex> {
  return async raw => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_sendRawTransaction', params: [raw] })
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
    const { result, error } = (await response.json()) as { result?: Hex; error?: { message: string } }
    if (result === undefined) throw new Error(error?.message)
    return result
  }
}

async function withProvider<T>({ chain }: Ground, use: (provider: JsonRpcProvider) => Promise<T>): Promise<T> {
  // Its cache would give the number of the last transaction again.
  const provider = new JsonRpcProvider(chain.url, undefined, { staticNetwork: true, cacheTimeout: -1 })
  provider.pollingInterval = 100
  try {
    return await use(provider)
  } finally {
    provider.destroy()
  }
}
