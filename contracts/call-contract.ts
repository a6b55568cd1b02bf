import type { Abi, AbiParametersToPrimitiveTypes, ExtractAbiFunction, ExtractAbiFunctionNames } from 'abitype'
import type { Provider } from 'ethers'
import { decodeResult, encodeCall, type ResultOf } from './bindings.ts'

/**
 * Reads from a contract at the latest block.
 *
 * @returns What the function returns: its one value, or all of them as a tuple.
 * @throws ethers' CALL_EXCEPTION when the call reverts, its `data` for `decodeRevert`.
 */
export async function callContract<const A extends Abi, Name extends ExtractAbiFunctionNames<A, 'view' | 'pure'>>(
  provider: Provider,
  address: string,
  abi: A,
  name: Name,
  args: AbiParametersToPrimitiveTypes<ExtractAbiFunction<A, Name>['inputs'], 'inputs'>,
): Promise<ResultOf<A, Name>> {
  // The names that can be read are some of those that can be called, which TypeScript does not see for a generic ABI.
  const data = encodeCall<A, ExtractAbiFunctionNames<A>>(abi, name as ExtractAbiFunctionNames<A>, args as never)
  return decodeResult(abi, name, await provider.call({ to: address, data }))
}
