/**
 * Typed ways in and out of the contracts' ABIs. Integers of up to 48 bits are `number`, wider ones `bigint`; bytes and
 * addresses are 0x-strings; structs are objects.
 */
import type {
  Abi,
  AbiParameter,
  AbiParametersToPrimitiveTypes,
  AbiParameterToPrimitiveType,
  ExtractAbiError,
  ExtractAbiErrorNames,
  ExtractAbiEvent,
  ExtractAbiEventNames,
  ExtractAbiFunction,
  ExtractAbiFunctionNames,
} from 'abitype'
import {
  AbiCoder,
  type ErrorFragment,
  type EventFragment,
  type FunctionFragment,
  Interface,
  type InterfaceAbi,
} from 'ethers'
import { fromEthers, namedFromEthers } from './abi-value.ts'
import { ABIS, type Addresses, CONTRACT_NAMES, type ContractName } from './abis.ts'
import { decodePlain } from './decode-plain.ts'
import { encodePlain } from './encode-plain.ts'
import { TextCoder } from './text-coder.ts'

export type Hex = `0x${string}`

type Abis = typeof ABIS
type Named<Inputs extends readonly AbiParameter[]> = {
  [Input in Inputs[number] as Input['name'] & string]: AbiParameterToPrimitiveType<Input>
}
type LogOf<Contract extends ContractName> = {
  [Event in ExtractAbiEventNames<Abis[Contract]>]: {
    contract: Contract
    event: Event
    args: Named<ExtractAbiEvent<Abis[Contract], Event>['inputs']>
  }
}[ExtractAbiEventNames<Abis[Contract]>]
type RevertOf<Contract extends ContractName> = {
  [Name in ExtractAbiErrorNames<Abis[Contract]>]: {
    name: Name
    args: Named<ExtractAbiError<Abis[Contract], Name>['inputs']>
  }
}[ExtractAbiErrorNames<Abis[Contract]>]

/** An event of one of the contracts. Of an indexed string, only its hash is in the log. */
export type DecodedLog = { [Contract in ContractName]: LogOf<Contract> }[ContractName]

/** Why a call failed: a contract's own error, or one of Solidity's two (`require` with a text, and a panic's code). */
export type DecodedRevert =
  | { [Contract in ContractName]: RevertOf<Contract> }[ContractName]
  | { name: 'Error'; args: { message: string } }
  | { name: 'Panic'; args: { code: bigint } }

// What `require` with a text, and a failed assertion or arithmetic, revert with.
const SOLIDITY_ERRORS = [
  { type: 'error', name: 'Error', inputs: [{ name: 'message', type: 'string' }] },
  { type: 'error', name: 'Panic', inputs: [{ name: 'code', type: 'uint256' }] },
] as const satisfies Abi

const interfaces = new WeakMap<Abi, Interface>()

const textCoder = new TextCoder()

class TextInterface extends Interface {
  override getAbiCoder(): AbiCoder {
    return textCoder
  }
}

function interfaceOf(abi: Abi): Interface {
  const known = interfaces.get(abi)
  if (known) return known
  const made = new TextInterface(abi as InterfaceAbi)
  interfaces.set(abi, made)
  return made
}

function functionOf(abi: Abi, name: string, inputCount?: number): FunctionFragment {
  const matching = interfaceOf(abi).fragments.filter(
    (fragment): fragment is FunctionFragment =>
      fragment.type === 'function' &&
      (fragment as FunctionFragment).name === name &&
      (inputCount === undefined || fragment.inputs.length === inputCount),
  )
  if (matching.length !== 1)
    throw new TypeError(`the ABI has ${matching.length} functions ${name} of ${inputCount} inputs`)
  return matching[0]!
}

/**
 * @param name Of the function; overloads are told apart by how many arguments they take.
 * @returns Call data.
 */
export function encodeCall<const A extends Abi, Name extends ExtractAbiFunctionNames<A>>(
  abi: A,
  name: Name,
  args: AbiParametersToPrimitiveTypes<ExtractAbiFunction<A, Name>['inputs'], 'inputs'>,
): Hex {
  const values = args as readonly unknown[]
  const { inputs, selector } = encodingOf(abi, name, values.length)
  const encoded = encodePlain(inputs, values) ?? AbiCoder.defaultAbiCoder().encode(inputs, values).slice(2)
  return `${selector}${encoded}` as Hex
}

type Encoding = Pick<FunctionFragment, 'inputs' | 'selector'>

const encodings = new WeakMap<Abi, Map<string, Encoding>>()

/** Kept, because a fragment hashes its signature anew each time it is asked for its selector. */
function encodingOf(abi: Abi, name: string, inputCount: number): Encoding {
  const known = encodings.get(abi) ?? new Map<string, Encoding>()
  encodings.set(abi, known)
  const key = `${name}/${inputCount}`
  const found = known.get(key)
  if (found) return found
  const { inputs, selector } = functionOf(abi, name, inputCount)
  known.set(key, { inputs, selector })
  return { inputs, selector }
}

/** @returns The function that call data is for, and its arguments; null when the ABI has none of this selector. */
export function decodeCallData(abi: Abi, data: string): { name: string; args: readonly unknown[] } | null {
  const fragment = interfaceOf(abi).getFunction(data.slice(0, 10))
  if (!fragment) return null
  const values = interfaceOf(abi).decodeFunctionData(fragment, data)
  return { name: fragment.name, args: fragment.inputs.map((input, index) => fromEthers(input, values[index])) }
}

type Unwrapped<Outputs extends readonly AbiParameter[]> = Outputs extends readonly [infer Only extends AbiParameter]
  ? AbiParameterToPrimitiveType<Only>
  : AbiParametersToPrimitiveTypes<Outputs>

/** What a function returns: its one value, or all of them as a tuple. */
export type ResultOf<A extends Abi, Name extends ExtractAbiFunctionNames<A>> = Unwrapped<
  ExtractAbiFunction<A, Name>['outputs']
>

/** @returns What the function returned: its one value, or all of them as a tuple. */
export function decodeResult<const A extends Abi, Name extends ExtractAbiFunctionNames<A, 'view' | 'pure'>>(
  abi: A,
  name: Name,
  data: string,
): ResultOf<A, Name> {
  const fragment = functionOf(abi, name)
  const result = interfaceOf(abi).decodeFunctionResult(fragment, data)
  const values = fragment.outputs.map((output, index) => fromEthers(output, result[index]))
  return (values.length === 1 ? values[0] : values) as ResultOf<A, Name>
}

/** As a node gives it. */
interface LogOnChain {
  readonly address: string
  readonly topics: readonly string[]
  readonly data: string
}

/**
 * @param addresses Of one deployment: then only its logs decode. Contracts share some events (`Transfer`,
 *   `AuthorityUpdated`), so without it `contract` is merely the first whose ABI fits.
 * @returns null for a log of no contract of ours.
 */
export function decodeLog(log: LogOnChain, addresses?: Addresses): DecodedLog | null {
  const emitter = log.address.toLowerCase()
  for (const contract of CONTRACT_NAMES) {
    if (addresses && addresses[contract].toLowerCase() !== emitter) continue
    const fragment = (eventsOf(ABIS[contract]).get(log.topics[0] ?? '') ?? []).find(
      ({ inputs }) => inputs.filter(input => input.indexed).length === log.topics.length - 1,
    )
    if (!fragment) continue
    const args = decodePlain(fragment, log) ?? decodeByEthers(ABIS[contract], fragment, log)
    return { contract, event: fragment.name, args } as DecodedLog
  }
  return null
}

function decodeByEthers(abi: Abi, fragment: EventFragment, { data, topics }: Omit<LogOnChain, 'address'>) {
  return namedFromEthers(fragment.inputs, interfaceOf(abi).decodeEventLog(fragment, data, topics))
}

const eventFragments = new WeakMap<Abi, ReadonlyMap<string, readonly EventFragment[]>>()

/** By topic, and kept: a fragment hashes its signature anew each time it is asked for its topic. */
function eventsOf(abi: Abi): ReadonlyMap<string, readonly EventFragment[]> {
  const known = eventFragments.get(abi)
  if (known) return known
  const events = interfaceOf(abi).fragments.filter((each): each is EventFragment => each.type === 'event')
  const byTopic = Map.groupBy(events, ({ topicHash }) => topicHash)
  eventFragments.set(abi, byTopic)
  return byTopic
}

/** The topic that logs of an event begin with. */
export function eventTopic<const A extends Abi>(abi: A, name: ExtractAbiEventNames<A>): Hex {
  return interfaceOf(abi).getEvent(name)!.topicHash as Hex
}

/** @returns null for data that no error of ours, nor one of Solidity's two, explains. */
export function decodeRevert(data: string): DecodedRevert | null {
  const selector = data.slice(0, 10)
  for (const abi of [SOLIDITY_ERRORS, ...Object.values(ABIS)]) {
    const iface = interfaceOf(abi)
    const fragment = iface.fragments.find(
      (candidate): candidate is ErrorFragment =>
        candidate.type === 'error' && (candidate as ErrorFragment).selector === selector,
    )
    if (!fragment) continue
    const values = iface.decodeErrorResult(fragment, data)
    return { name: fragment.name, args: namedFromEthers(fragment.inputs, values) } as DecodedRevert
  }
  return null
}
