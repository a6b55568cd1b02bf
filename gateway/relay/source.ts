import { ABIS } from '../../contracts/abis.ts'
import { eventTopic } from '../../contracts/bindings.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { ChainProfile } from '../../stack/chain-profile.ts'
import { type Block, quantity, type RpcLog, readBlock } from '../block.ts'
import { finalNumber } from '../profiles/final-number.ts'
import { proveReceipt } from '../prove.ts'
import { NodeSilent, type Rpc } from '../rpc.ts'
import type { Recognised } from './destination.ts'
import type { ReceiptPlace } from './place.ts'

const checkpointed = eventTopic(ABIS.EvidenceLog, 'Checkpointed')
const resumed = eventTopic(ABIS.EvidenceLog, 'LogResumed')
const messageSent = eventTopic(ABIS.Outbox, 'MessageSent')

/** A log that is worth carrying. */
export interface Found {
  readonly kind: 'checkpoint' | 'resumption' | 'message'
  readonly blockNumber: number
  readonly blockHash: Hex
  readonly log: RpcLog
}

/** A receipt proof as the contracts take it. */
export interface Carried extends ReceiptPlace {
  readonly nodes: readonly string[]
}

/** The chain from which things are carried, through one node that nobody has to trust: what it makes up is not vouched for. */
export class Source {
  readonly #rpc: Rpc
  readonly #profile: ChainProfile

  constructor(rpc: Rpc, profile: ChainProfile) {
    this.#rpc = rpc
    this.#profile = profile
  }

  /** -1 before there is one. */
  finalNumber(): Promise<number> {
    return finalNumber(this.#rpc, this.#profile.finality)
  }

  /** What the recognised contracts said in these blocks that concerns the destination, in the order of the chain. */
  async find(from: number, to: number, { evidenceLog, outbox }: Recognised, destination: number): Promise<Found[]> {
    const destinationTopic = `0x${destination.toString(16).padStart(64, '0')}`
    const range = { fromBlock: quantity(from), toBlock: quantity(to) }
    const [anchors, messages] = await Promise.all([
      this.#rpc<RpcLog[]>('eth_getLogs', [{ ...range, address: evidenceLog, topics: [[checkpointed, resumed]] }]),
      this.#rpc<RpcLog[]>('eth_getLogs', [{ ...range, address: outbox, topics: [messageSent, destinationTopic] }]),
    ])
    return [...anchors, ...messages]
      .map(log => ({ kind: kindOf(log), blockNumber: Number(log.blockNumber), blockHash: log.blockHash, log }))
      .sort((a, b) => a.blockNumber - b.blockNumber || Number(a.log.logIndex) - Number(b.log.logIndex))
  }

  /** @throws NodeSilent when the node does not have the block any more of which it gave the log */
  async block({ blockNumber, blockHash }: Found): Promise<Block> {
    const block = await readBlock(this.#rpc, blockNumber, this.#profile.receipts)
    if (block.hash !== blockHash)
      throw new NodeSilent(`block ${blockNumber} is ${block.hash}, and its log of ${blockHash}`)
    return block
  }
}

/** @throws Error when what the node said does not hash to what it claims */
export async function proveLog(block: Block, { transactionHash, logIndex }: RpcLog): Promise<Carried> {
  const receipt = block.receipts.find(each => each.transactionHash === transactionHash)
  const index = receipt?.logs.findIndex(each => each.logIndex === logIndex) ?? -1
  if (!receipt || index < 0) throw new NodeSilent(`block ${block.number} does not have the log that the node gave`)
  const { txIndex, proof } = await proveReceipt(block, receipt)
  return { blockNumber: block.number, txIndex, logIndex: index, nodes: proof }
}

/**
 * Of checkpoints only the newest is carried, which holds all before it; and before it a step back, without which it may be
 * smaller than what the destination has.
 */
export function worthCarrying(found: readonly Found[]): Found[] {
  const newest = found.findLast(({ kind }) => kind === 'checkpoint')
  const lastResumption = found.findLast(({ kind }) => kind === 'resumption')
  return found.filter(each => {
    if (each.kind === 'message' || each === lastResumption) return true
    return each === newest && (!lastResumption || found.indexOf(newest) > found.indexOf(lastResumption))
  })
}

function kindOf({ topics }: RpcLog): Found['kind'] {
  if (topics[0] === messageSent) return 'message'
  return topics[0] === resumed ? 'resumption' : 'checkpoint'
}
