import type { Abi, AbiParametersToPrimitiveTypes, ExtractAbiFunction, ExtractAbiFunctionNames } from 'abitype'
import { decodeResult, encodeCall, type ResultOf } from './bindings.ts'

/** Whoever can have a node run a call: an ethers provider, or what leads to one. */
export interface Caller {
  call(transaction: { readonly to: string; readonly data: string }): Promise<string>
}

/**
 * Reads from a contract, at the block at which the caller does: a provider's is the latest.
 *
 * @returns What the function returns: its one value, or all of them as a tuple.
 * @throws what the caller throws when the call reverts: ethers' CALL_EXCEPTION, its `data` for `decodeRevert`.
 */
export async function callContract<const A extends Abi, Name extends ExtractAbiFunctionNames<A, 'view' | 'pure'>>(
  caller: Caller,
  address: string,
  abi: A,
  name: Name,
  args: AbiParametersToPrimitiveTypes<ExtractAbiFunction<A, Name>['inputs'], 'inputs'>,
): Promise<ResultOf<A, Name>> {
  // The names that can be read are some of those that can be called, which TypeScript does not see for a generic ABI.
  const data = encodeCall<A, ExtractAbiFunctionNames<A>>(abi, name as ExtractAbiFunctionNames<A>, args as never)
  return decodeResult(abi, name, await caller.call({ to: address, data }))
}
