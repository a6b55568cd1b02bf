import type { Addresses } from '../contracts/abis.ts'
import { decodeLog } from '../contracts/bindings.ts'
import type { ChainEvent } from '../protocol/chain-event.ts'
import type { Hex } from '../protocol/hash.ts'
import type { Log } from '../stack/log.ts'
import { quantity, type RpcHeader, type RpcLog, type RpcReceipt, readReceipts, timeMsOf } from './block.ts'
import { mayHold } from './bloom.ts'
import type { Head } from './follow.ts'
import { jsonOf } from './json-of.ts'
import { plantReceipts } from './receipts-trie.ts'
import { NodeSilent, type Rpc } from './rpc.ts'

export type ReadEventsOptions = {
  rpc: Rpc
  head: Pick<Head, 'block'>
  addresses: Addresses
  from: number
  to: number
  log: Log
}

type Seen = { readonly header: RpcHeader; readonly receipts?: readonly RpcReceipt[] }

/**
 * The events of our contracts in blocks `from` to `to`, both included, in the order of the chain. That a block has none is
 * told by the bloom in its header; what one has, by receipts that hash to the root in its header. So a node that leaves
 * logs out or makes some up is not believed, and a block without ours costs its header alone.
 *
 * @throws NodeSilent when the node does not give what fits its headers: it lags, or lies
 */
export async function readEvents(options: ReadEventsOptions): Promise<ChainEvent[]> {
  const { head, from, to, addresses } = options
  const atHand = from === to ? head.block(from) : undefined
  const blocks: Seen[] = atHand === undefined ? await readHeaders(options) : [atHand]
  const ours = Object.values(addresses) as Hex[]
  const found = await Promise.all(
    blocks.filter(({ header }) => mayHold(header.logsBloom, ours)).map(block => eventsOf(options, block)),
  )
  return found.flat()
}

async function eventsOf(options: ReadEventsOptions, block: Seen): Promise<ChainEvent[]> {
  const blockTimeMs = timeMsOf(block.header)
  const receipts = await checkedReceipts(options, block)
  return receipts.flatMap(({ logs }) =>
    logs.flatMap(log => {
      const decoded = decodeLog(log, options.addresses)
      if (decoded === null) return []
      const { contract, event, args } = decoded
      return [{ contract, event, args: jsonOf(args) as ChainEvent['args'], ...placeOf(log), blockTimeMs }]
    }),
  )
}

/** Those at hand if they are the header's, else as the node has them when it is asked once more. */
async function checkedReceipts({ rpc, log }: ReadEventsOptions, { header, receipts }: Seen) {
  if (receipts !== undefined) {
    if (await hashTo(receipts, header)) return receipts
    log.error({ block: Number(header.number) }, 'the node gave receipts that are not those of the block')
  }
  const again = await readReceipts(rpc, header)
  if (await hashTo(again, header)) return again
  throw new NodeSilent(`the receipts of block ${Number(header.number)} do not hash to its root: the node lags, or lies`)
}

function hashTo(receipts: readonly RpcReceipt[], { receiptsRoot }: RpcHeader): Promise<boolean> {
  return plantReceipts(receipts, receiptsRoot).then(
    () => true,
    () => false,
  )
}

/** Each must be the parent of the next: what a node says while it changes its mind is no chain. */
async function readHeaders({ rpc, from, to }: ReadEventsOptions): Promise<{ header: RpcHeader }[]> {
  const numbers = Array.from({ length: to - from + 1 }, (_, index) => from + index)
  const headers = await Promise.all(
    numbers.map(number => rpc<RpcHeader | null>('eth_getBlockByNumber', [quantity(number), false])),
  )
  return headers.map((header, index) => {
    if (header === null) throw new NodeSilent(`the node does not have block ${from + index} yet`)
    const before = headers[index - 1]
    if (before && before.hash !== header.parentHash) {
      throw new NodeSilent(`the node's block ${from + index} does not follow the one before`)
    }
    return { header }
  })
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
