import type { RpcHeader, RpcLog, RpcReceipt } from '../../../gateway/block.ts'
import { connectRpc } from '../../../gateway/rpc.ts'
import type { Hex } from '../../../protocol/hash.ts'
import { type FaultProxy, startFaultProxy } from '../fault-proxy.ts'

/** A block as a node of another kind of chain would say it. */
export interface Shaped {
  readonly header: RpcHeader
  readonly receipts: readonly RpcReceipt[]
}

/** Makes of a block of anvil's one of another chain, on top of the one before, which has the hash that is given. */
export type Shape = (block: Shaped, parentHash: Hex) => Promise<Shaped>

/** What a liar makes of an answer. */
export type Lie = (method: string, result: unknown) => unknown

export interface ShapedNode extends FaultProxy {
  /** From now on; says the truth again when left out. */
  lie(how?: Lie): void
}

/** A node of another kind of chain: anvil behind a proxy, which says every block, receipt and log as that chain would. */
export async function startShapedNode(nodeUrl: string, shape: Shape): Promise<ShapedNode> {
  const proxy = await startFaultProxy(nodeUrl)
  const rpc = connectRpc(nodeUrl, { timeoutMs: 20_000 })
  const blocks = new Map<number, Promise<Shaped>>()
  let lie: Lie = (_, result) => result

  function blockAt(number: number): Promise<Shaped> {
    const known = blocks.get(number)
    if (known !== undefined) return known
    const made = make(number)
    blocks.set(number, made)
    made.catch(() => blocks.delete(number))
    return made
  }

  async function make(number: number): Promise<Shaped> {
    const at = `0x${number.toString(16)}`
    const [header, receipts, parent] = await Promise.all([
      rpc<RpcHeader>('eth_getBlockByNumber', [at, false]),
      rpc<RpcReceipt[]>('eth_getBlockReceipts', [at]),
      number === 0 ? undefined : blockAt(number - 1),
    ])
    return shape({ header, receipts }, parent?.header.hash ?? header.parentHash)
  }

  async function shaped(method: string, result: unknown, params: unknown[]): Promise<unknown> {
    if (result === null) return null
    switch (method) {
      case 'eth_getBlockByNumber':
        return (await blockAt(Number((result as RpcHeader).number))).header
      case 'eth_getBlockReceipts':
        return (await blockAt(Number(params[0]))).receipts
      case 'eth_getTransactionReceipt':
        return receiptOf(result as RpcReceipt)
      case 'eth_getLogs':
        return Promise.all((result as RpcLog[]).map(logOf))
      default:
        return result
    }
  }

  async function receiptOf({ blockNumber, transactionHash }: { blockNumber: Hex; transactionHash: Hex }) {
    const { receipts } = await blockAt(Number(blockNumber))
    return receipts.find(each => each.transactionHash === transactionHash)!
  }

  async function logOf(log: RpcLog): Promise<RpcLog> {
    const { logs } = await receiptOf(log)
    return logs.find(({ logIndex }) => logIndex === log.logIndex)!
  }

  // Each block stands on the one before: whoever asks first would wait for all.
  await blockAt(Number(await rpc<Hex>('eth_blockNumber', [])))
  proxy.alter(async (method, result, params) => lie(method, await shaped(method, result, params)))
  return {
    ...proxy,
    lie: (how = (_, result) => result) => {
      lie = how
    },
  }
}
