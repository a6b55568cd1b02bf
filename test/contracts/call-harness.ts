import type { AbiParameter, AbiParametersToPrimitiveTypes, ExtractAbiFunction, ExtractAbiFunctionNames } from 'abitype'
import { Interface, type JsonRpcProvider } from 'ethers'
import { decodeResult, type Hex, type ResultOf } from '../../contracts/bindings.ts'
import { rulesHarnessAbi as abi } from './generated/rules-harness.ts'

type HarnessAbi = typeof abi
export type FunctionName = ExtractAbiFunctionNames<HarnessAbi>
export type HarnessArgs<Name extends FunctionName> = AbiParametersToPrimitiveTypes<
  ExtractAbiFunction<HarnessAbi, Name>['inputs'],
  'inputs'
>

const selectors = new Interface(abi)

/** As `callContract`, but encodes its arguments by itself: ethers needs a minute for what is encoded here in seconds. */
export async function callHarness<Name extends FunctionName>(
  provider: JsonRpcProvider,
  to: string,
  name: Name,
  args: HarnessArgs<Name>,
): Promise<ResultOf<HarnessAbi, Name>> {
  const data = encodeHarnessCall(name, args as readonly unknown[])
  return decodeResult(abi, name, await provider.send('eth_call', [{ to, data }, 'latest']))
}

export function encodeHarnessCall(name: FunctionName, args: readonly unknown[]): Hex {
  const { inputs } = abi.find(item => item.type === 'function' && item.name === name)!
  return `0x${selectors.getFunction(name)!.selector.slice(2)}${encodeSequence(inputs, args)}`
}

/** https://docs.soliditylang.org/en/latest/abi-spec.html: heads, then what they point to. Hexadecimal, without 0x. */
function encodeSequence(types: readonly AbiParameter[], values: readonly unknown[]): string {
  const encoded = values.map((value, place) => encode(types[place]!, value))
  const isAhead = types.map(type => !isDynamic(type))
  let offset = encoded.reduce((sum, text, place) => sum + (isAhead[place] ? text.length / 2 : 32), 0)
  const heads = encoded.map((text, place) => {
    if (isAhead[place]) return text
    const head = word(offset)
    offset += text.length / 2
    return head
  })
  return heads.join('') + encoded.filter((_, place) => !isAhead[place]).join('')
}

function encode(type: AbiParameter, value: unknown): string {
  if (type.type.endsWith('[]')) {
    const items = value as readonly unknown[]
    const item = { ...type, type: type.type.slice(0, -2) }
    return word(items.length) + encodeSequence(new Array<AbiParameter>(items.length).fill(item), items)
  }
  if (!('components' in type)) return word(value as bigint)
  const struct = value as Readonly<Record<string, unknown>>
  return encodeSequence(
    type.components,
    type.components.map(({ name }) => struct[name!]),
  )
}

function isDynamic(type: AbiParameter): boolean {
  return type.type.endsWith('[]') || ('components' in type && type.components.some(isDynamic))
}

/** A number, or the bytes of a hash or an address. */
function word(value: bigint | number | string): string {
  return (typeof value === 'string' ? value.slice(2) : value.toString(16)).padStart(64, '0')
}
