import type { BlockTag } from 'ethers'
import { ABIS } from '../../../contracts/abis.ts'
import { decodeResult, encodeCall } from '../../../contracts/bindings.ts'
import type { ChainInfo } from '../../../protocol/chain-message.ts'
import { EntenteError } from '../../../protocol/errors.ts'
import type { AgentId } from '../../../protocol/ids.ts'
import type { Holdings, Movements } from './movements.ts'

/** Any node of the chain that can be asked as of a past block. */
export interface PastReader {
  call(call: { to: string; data: string; blockTag: BlockTag }): Promise<string>
}

/**
 * Compares what the events add up to with what the contracts say, as after the block of the newest event.
 *
 * @throws EntenteError STATEMENT_UNRECONCILED naming the first number that differs
 */
export async function reconcile(
  node: PastReader,
  chain: ChainInfo,
  movements: Movements,
  agents: readonly AgentId[],
): Promise<void> {
  for (const agentId of agents) {
    const ours = movements.holdingsOf(agentId)
    const theirs = await holdingsOnChain(node, chain, agentId, movements.lastBlock)
    for (const key of Object.keys(ours) as (keyof Holdings)[]) {
      if (ours[key] === theirs[key]) continue
      const where = `agent ${agentId}, block ${movements.lastBlock}`
      throw new EntenteError(
        'STATEMENT_UNRECONCILED',
        `${where}: by its events ${key} is ${ours[key]}, and on chain ${theirs[key]}`,
      )
    }
  }
}

async function holdingsOnChain(
  node: PastReader,
  { contracts }: ChainInfo,
  agentId: AgentId,
  blockTag: number,
): Promise<Holdings> {
  const [purse, bond] = await Promise.all([
    node
      .call({ to: contracts.Escrow!, data: encodeCall(ABIS.Escrow, 'purseOf', [BigInt(agentId)]), blockTag })
      .then(data => decodeResult(ABIS.Escrow, 'purseOf', data)),
    node
      .call({ to: contracts.Stake!, data: encodeCall(ABIS.Stake, 'bondOf', [BigInt(agentId)]), blockTag })
      .then(data => decodeResult(ABIS.Stake, 'bondOf', data)),
  ])
  return {
    purse: purse.balance,
    claimed: purse.claimed,
    bonded: bond.bonded,
    unbonding: bond.unbonding,
    held: bond.held,
  }
}
