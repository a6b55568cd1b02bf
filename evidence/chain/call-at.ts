import type { Abi, AbiParametersToPrimitiveTypes, ExtractAbiFunction, ExtractAbiFunctionNames } from 'abitype'
import type { Provider } from 'ethers'
import { decodeResult, encodeCall, type ResultOf } from '../../contracts/bindings.ts'

/**
 * Reads from a contract as it stood at the end of a block: wallets, domains and keepers change, evidence does not. A node
 * that keeps no old states cannot answer for old blocks.
 */
export async function callAt<const A extends Abi, Name extends ExtractAbiFunctionNames<A, 'view' | 'pure'>>(
  { provider, blockNumber }: { readonly provider: Provider; readonly blockNumber: number },
  address: string,
  abi: A,
  name: Name,
  args: AbiParametersToPrimitiveTypes<ExtractAbiFunction<A, Name>['inputs'], 'inputs'>,
): Promise<ResultOf<A, Name>> {
  const data = encodeCall<A, ExtractAbiFunctionNames<A>>(abi, name as ExtractAbiFunctionNames<A>, args as never)
  return decodeResult(abi, name, await provider.call({ to: address, data, blockTag: blockNumber }))
}
