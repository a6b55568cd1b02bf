import type { Addresses } from '../contracts/abis.ts'
import { decodeLog } from '../contracts/bindings.ts'
import type { ChainEvent } from '../protocol/chain-event.ts'
import { quantity, type RpcHeader, type RpcLog } from './block.ts'
import type { Head } from './follow.ts'
import { jsonOf } from './json-of.ts'
import { NodeSilent, type Rpc } from './rpc.ts'

export type ReadEventsOptions = { rpc: Rpc; head: Head; addresses: Addresses; from: number; to: number }

/** The events of our contracts in blocks `from` to `to`, both included, in the order of the chain. */
export async function readEvents(options: ReadEventsOptions): Promise<ChainEvent[]> {
  const logs = logsAtHand(options) ?? (await askForLogs(options))
  const times = await timesOf(options, logs)
  return logs.flatMap(log => {
    const decoded = decodeLog(log, options.addresses)
    if (decoded === null) return []
    const { contract, event, args } = decoded
    return [
      { contract, event, args: jsonOf(args) as ChainEvent['args'], ...placeOf(log), ...times.get(log.blockNumber)! },
    ]
  })
}

/** A block that was followed here has its receipts with it, and they are known to be of that very block. */
function logsAtHand({ head, from, to }: ReadEventsOptions): RpcLog[] | null {
  const block = from === to ? head.block(from) : undefined
  return block === undefined ? null : block.receipts.flatMap(receipt => receipt.logs)
}

function askForLogs({ rpc, addresses, from, to }: ReadEventsOptions): Promise<RpcLog[]> {
  const filter = { fromBlock: quantity(from), toBlock: quantity(to), address: Object.values(addresses) }
  return rpc<RpcLog[]>('eth_getLogs', [filter])
}

/** Logs do not carry their block's time on every node, so the headers are asked: of blocks with events only. */
async function timesOf(
  { rpc, head }: ReadEventsOptions,
  logs: readonly RpcLog[],
): Promise<Map<string, { blockTimeMs: number }>> {
  const numbers = [...new Set(logs.map(log => log.blockNumber))]
  const timed = numbers.map(async number => {
    const known = head.block(Number(number))
    if (known !== undefined) return [number, { blockTimeMs: known.timeMs }] as const
    const header = await rpc<RpcHeader | null>('eth_getBlockByNumber', [number, false])
    if (header === null) throw new NodeSilent(`the node has logs of block ${Number(number)}, but not the block`)
    return [number, { blockTimeMs: Number(header.timestamp) * 1000 }] as const
  })
  return new Map(await Promise.all(timed))
}

function placeOf(log: RpcLog) {
  return {
    address: log.address.toLowerCase() as ChainEvent['address'],
    blockNumber: Number(log.blockNumber),
    blockHash: log.blockHash,
    txHash: log.transactionHash,
    logIndex: Number(log.logIndex),
  }
}
