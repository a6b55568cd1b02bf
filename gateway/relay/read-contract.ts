import type { Abi, AbiParametersToPrimitiveTypes, ExtractAbiFunction, ExtractAbiFunctionNames } from 'abitype'
import { decodeResult, encodeCall, type ResultOf } from '../../contracts/bindings.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { Rpc } from '../rpc.ts'

/**
 * Reads from a contract at the latest block.
 * @throws NodeSilent, or NodeError when the call reverts
 */
export async function readContract<const A extends Abi, Name extends ExtractAbiFunctionNames<A, 'view' | 'pure'>>(
  rpc: Rpc,
  to: Hex,
  abi: A,
  name: Name,
  args: AbiParametersToPrimitiveTypes<ExtractAbiFunction<A, Name>['inputs'], 'inputs'>,
): Promise<ResultOf<A, Name>> {
  // The names that can be read are some of those that can be called, which TypeScript does not see for a generic ABI.
  const data = encodeCall<A, ExtractAbiFunctionNames<A>>(abi, name as ExtractAbiFunctionNames<A>, args as never)
  return decodeResult(abi, name, await rpc<Hex>('eth_call', [{ to, data }, 'latest']))
}
