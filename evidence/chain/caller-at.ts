import type { Provider } from 'ethers'
import type { Caller } from '../../contracts/call-contract.ts'

/**
 * Calls as things stood at the end of a block: wallets, domains and keepers change, evidence does not. A node that keeps no old
 * states cannot answer for old blocks.
 */
export function callerAt(provider: Provider, blockNumber: number): Caller {
  return { call: transaction => provider.call({ ...transaction, blockTag: blockNumber }) }
}
