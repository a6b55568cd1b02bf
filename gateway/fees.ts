import type { Hex } from '../protocol/hash.ts'
import type { Block } from './block.ts'
import type { Pipeline } from './pipeline.ts'

/** In wei for a unit of gas. */
export interface Fees {
  readonly maxFeePerGas: bigint
  readonly maxPriorityFeePerGas: bigint
}

/** The base fee rises by an eighth a block at most: twice today's lasts for five full blocks. */
const BASE_FEES = 2n

const known = new WeakMap<Block, Promise<bigint>>()

/** Fees for a transaction sent now: the tip that the node advises is asked once a block, and where fees are free not at all. */
export async function currentFees({ rpc, head, profile }: Pick<Pipeline, 'rpc' | 'head' | 'profile'>): Promise<Fees> {
  const block = head.latest()
  if (profile.fees === 'free') return { maxFeePerGas: BASE_FEES * block.baseFeePerGas, maxPriorityFeePerGas: 0n }
  const asked = known.get(block) ?? rpc<Hex>('eth_maxPriorityFeePerGas', []).then(BigInt)
  known.set(block, asked)
  const tip = await asked.catch(error => {
    known.delete(block)
    throw error
  })
  return { maxFeePerGas: BASE_FEES * block.baseFeePerGas + tip, maxPriorityFeePerGas: tip }
}
