import type { Hex } from '../../protocol/hash.ts'
import type { RpcHeader, RpcReceipt } from '../block.ts'
import { NodeError, type Rpc } from '../rpc.ts'

/** That a method is not there: by JSON-RPC 2.0, and by EIP-1474. */
const ABSENT: ReadonlySet<number> = new Set([-32601, -32004])

/** Pools leave out what gives a block's maker nothing. */
const LEAST_TIP_WEI = 1n

type StandIn = (rpc: Rpc, params: readonly unknown[]) => Promise<unknown>

/** Methods that came late, or never to some clients, and what says the same. */
const standIns: ReadonlyMap<string, StandIn> = new Map<string, StandIn>([
  ['eth_getBlockReceipts', receiptsOf],
  ['eth_maxPriorityFeePerGas', tip],
])

/** What creates a contract by an instruction that there will never be (EIP-141). */
const FAILS = [{ data: '0xfe' }]

/**
 * A node that lacks what others have, as if it had it: the answer of a method that is not there is put together from older ones,
 * and is checked as any other; what a call costs that would fail is refused. Found out by asking, once for each method.
 */
export function withStandIns(rpc: Rpc): Rpc {
  const absent = new Set<string>()
  let refusing: Promise<boolean> | undefined

  /** Most nodes refuse to estimate a call that fails. Of others it is tried, so that it is not sent only to fail. */
  async function estimate(params: readonly unknown[]): Promise<unknown> {
    refusing ??= refuses(rpc)
    const tried = (await refusing.catch(forget)) ? null : rpc('eth_call', params)
    const [gas] = await Promise.all([rpc('eth_estimateGas', params), tried])
    return gas
  }

  function forget(error: unknown): never {
    refusing = undefined
    throw error
  }

  return <T>(method: string, params: readonly unknown[]): Promise<T> => {
    if (method === 'eth_estimateGas') return estimate(params) as Promise<T>
    const standIn = standIns.get(method)
    if (standIn === undefined) return rpc<T>(method, params)
    if (absent.has(method)) return standIn(rpc, params) as Promise<T>
    return rpc<T>(method, params).catch(error => {
      if (!(error instanceof NodeError) || !ABSENT.has(error.code)) throw error
      absent.add(method)
      return standIn(rpc, params) as Promise<T>
    })
  }
}

/** Null where the node does not have the block, or not all of its receipts yet. */
async function receiptsOf(rpc: Rpc, [number]: readonly unknown[]): Promise<RpcReceipt[] | null> {
  const header = await rpc<RpcHeader | null>('eth_getBlockByNumber', [number, false])
  if (header === null) return null
  const receipts = await Promise.all(
    header.transactions.map(hash => rpc<RpcReceipt | null>('eth_getTransactionReceipt', [hash])),
  )
  return receipts.includes(null) ? null : (receipts as RpcReceipt[])
}

/** What the node would pay for gas, less what is burnt of it. */
async function tip(rpc: Rpc): Promise<Hex> {
  const [price, header] = await Promise.all([
    rpc<Hex>('eth_gasPrice', []),
    rpc<RpcHeader>('eth_getBlockByNumber', ['latest', false]),
  ])
  const left = BigInt(price) - BigInt(header.baseFeePerGas ?? '0x0')
  return `0x${(left > LEAST_TIP_WEI ? left : LEAST_TIP_WEI).toString(16)}`
}

/** Whether it estimates no call that fails. */
async function refuses(rpc: Rpc): Promise<boolean> {
  try {
    await rpc('eth_estimateGas', FAILS)
    return false
  } catch (error) {
    if (error instanceof NodeError) return true
    throw error
  }
}
