import type { AbiParametersToPrimitiveTypes, ExtractAbiFunction, ExtractAbiFunctionNames } from 'abitype'
import type { Provider } from 'ethers'
import { ABIS, type ContractName } from '../../contracts/abis.ts'
import { decodeRevert, encodeCall, type ResultOf } from '../../contracts/bindings.ts'
import { callContract } from '../../contracts/call-contract.ts'
import type { ChainInfo } from '../../protocol/chain-message.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { Address } from '../../protocol/ids.ts'

type Abis = typeof ABIS

/** A call of a contract of ours, with its arguments as the ABI has them. */
export interface Call {
  readonly contract: ContractName
  readonly call: string
  readonly args: readonly unknown[]
}

/** Reads the consortium's contracts by a node of the reader's own choice, and tries calls without sending them. */
export interface ChainReader {
  read<C extends ContractName, Name extends ExtractAbiFunctionNames<Abis[C], 'view' | 'pure'>>(
    contract: C,
    name: Name,
    args: AbiParametersToPrimitiveTypes<ExtractAbiFunction<Abis[C], Name>['inputs'], 'inputs'>,
  ): Promise<ResultOf<Abis[C], Name>>
  /** @returns null when the call would succeed now, else the name of the contract's refusal */
  tryCall(from: Address, call: Call): Promise<string | null>
  /** Unix time in seconds of the newest block. */
  now(): Promise<number>
  /** The newest block that has so many on top of it. */
  block(confirmations: number): Promise<{ readonly number: number; readonly hash: Hex }>
  readonly provider: Provider
}

export function openChainReader(provider: Provider, chain: ChainInfo): ChainReader {
  return {
    provider,
    read: (contract, name, args) =>
      callContract(provider, chain.contracts[contract]!, ABIS[contract] as never, name as never, args as never),
    async tryCall(from, { contract, call, args }) {
      const data = encodeCall(ABIS[contract], call as never, args as never)
      try {
        await provider.call({ from, to: chain.contracts[contract]!, data })
        return null
      } catch (error) {
        const { code, data: revert } = error as { code?: string; data?: string | null }
        if (code !== 'CALL_EXCEPTION') throw error
        return decodeRevert(revert ?? '0x')?.name ?? 'an unknown error'
      }
    },
    async block(confirmations) {
      const height = await provider.getBlockNumber()
      const { number, hash } = (await provider.getBlock(Math.max(0, height - confirmations)))!
      return { number, hash: hash as Hex }
    },
    now: async () => (await provider.getBlock('latest'))!.timestamp,
  }
}
