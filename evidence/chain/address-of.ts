import { encodeBytes32String, type JsonRpcProvider } from 'ethers'
import { ABIS, type ContractName } from '../../contracts/abis.ts'
import { callContract } from '../../contracts/call-contract.ts'
import type { Bundle } from '../../protocol/evidence.ts'
import type { Hex } from '../../protocol/hash.ts'

/** Where the bundle's contract registry says that a contract is, in lower case. */
export async function addressOf(provider: JsonRpcProvider, { chain }: Bundle, name: ContractName): Promise<Hex> {
  const key = encodeBytes32String(name) as Hex
  const { account } = await callContract(provider, chain.contractRegistry, ABIS.ContractRegistry, 'get', [key])
  return account.toLowerCase() as Hex
}
