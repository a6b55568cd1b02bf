import type { Addresses } from '../contracts/abis.ts'
import { decodeLog } from '../contracts/bindings.ts'
import type { ChainEvent } from '../protocol/chain-event.ts'
import type { Hex } from '../protocol/hash.ts'
import type { ReceiptRules } from '../stack/chain-profile.ts'
import type { Log } from '../stack/log.ts'
import { createSlots } from '../stack/slots.ts'
import { quantity, type RpcHeader, type RpcLog, type RpcReceipt, readReceipts, timeMsOf } from './block.ts'
import { mayHold } from './bloom.ts'
import { hashTo, whyUnknown } from './check-receipts.ts'
import type { Head } from './follow.ts'
import { jsonOf } from './json-of.ts'
import { NodeSilent, type Rpc } from './rpc.ts'

export type ReadEventsOptions = {
  rpc: Rpc
  rules: ReceiptRules
  head: Pick<Head, 'block'>
  addresses: Addresses
  from: number
  to: number
  log: Log
}

/** Blocks read at once where nothing rules out an event in any: with all that they hold, they would fill the memory. */
const AT_ONCE = 16

type Seen = { readonly header: RpcHeader; readonly receipts?: readonly RpcReceipt[] }

/**
 * The events of our contracts in blocks `from` to `to`, both included, in the order of the chain. That a block has none is
 * told by the bloom in its header; what one has, by receipts that hash to the root in its header. So a node that leaves
 * logs out or makes some up is not believed, and a block without ours costs its header alone. On a chain whose headers say
 * neither, the receipts of every block are read, and are what most of its nodes say (`nodes/router.ts`).
 *
 * @throws NodeSilent when the node does not give what fits its headers: it lags, or lies
 * @throws EntenteError RECEIPT_TYPE_UNKNOWN when it has receipts that are not encoded as the chain's profile says
 */
export async function readEvents(options: ReadEventsOptions): Promise<ChainEvent[]> {
  const { head, rules, from, to, addresses } = options
  const atHand = from === to ? head.block(from) : undefined
  const blocks: Seen[] = atHand === undefined ? await readHeaders(options) : [atHand]
  const ours = Object.values(addresses) as Hex[]
  const slots = createSlots(rules === 'unproven' ? AT_ONCE : blocks.length)
  const found = await Promise.all(
    blocks
      .filter(({ header }) => rules === 'unproven' || mayHold(header.logsBloom, ours))
      .map(block => slots(() => eventsOf(options, block))),
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
async function checkedReceipts({ rpc, rules, log }: ReadEventsOptions, { header, receipts }: Seen) {
  if (rules === 'unproven') return receipts ?? readReceipts(rpc, header, rules)
  if (receipts !== undefined) {
    if (await hashTo(receipts, header, rules)) return receipts
    log.error({ block: Number(header.number) }, 'the node gave receipts that are not those of the block')
  }
  const again = await readReceipts(rpc, header, rules)
  if (await hashTo(again, header, rules)) return again
  throw (
    whyUnknown(again, header, rules) ??
    new NodeSilent(`the receipts of block ${Number(header.number)} do not hash to its root: the node lags, or lies`)
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
