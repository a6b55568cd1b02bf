import { type BytesLike, Indexed, type ParamType, type Result } from 'ethers'
import { textOf } from './text-coder.ts'

// abitype's rule for which integers are numbers, and ours.
export const WIDEST_NUMBER_BITS = 48

/** @returns A value that ethers decoded by `TextCoder`, in the form `bindings.ts` promises: plain numbers, objects and arrays. */
export function fromEthers(type: ParamType, value: unknown): unknown {
  if (value instanceof Indexed) return value.hash
  if (type.isArray()) return [...(value as Result)].map(item => fromEthers(type.arrayChildren, item))
  if (type.isTuple()) return namedFromEthers(type.components, value as Result)
  if (type.type === 'string') return textOf(value as BytesLike)
  const bits = /^u?int(\d+)$/.exec(type.type)?.[1]
  if (bits !== undefined && Number(bits) <= WIDEST_NUMBER_BITS) return Number(value)
  return value
}

/** @returns The values of named parameters, as an object. */
export function namedFromEthers(types: readonly ParamType[], values: Result): Record<string, unknown> {
  return Object.fromEntries(types.map((type, index) => [type.name, fromEthers(type, values[index])]))
}
