import { AbiCoder, concat } from 'ethers'
import { type Creation, create2Address } from '../create2.ts'

type Argument = readonly [type: string, value: unknown]

/** A contract with the arguments of its constructor, which its address follows from. */
export function creation(name: string, bytecode: string, ...args: readonly Argument[]): Creation {
  const encoded = AbiCoder.defaultAbiCoder().encode(
    args.map(([type]) => type),
    args.map(([, value]) => value),
  )
  const initCode = concat([bytecode, encoded])
  return { name, initCode, address: create2Address(initCode) }
}

/** As another contract's constructor takes it. */
export const at = ({ address }: Pick<Creation, 'address'>) => ['address', address] as const
