import type { AbiParameter } from 'abitype'
import type { Random } from '../harness/seeded.ts'

type Struct = Readonly<Record<string, unknown>>

/** A copy of an ABI struct of static members in which one field, at any depth, has another value of its type. */
export function mutate<T extends object>(random: Random, components: readonly AbiParameter[], struct: T): T {
  const part = random.pick(components)
  const value = (struct as Struct)[part.name!]
  const other =
    'components' in part
      ? mutate(random, part.components, value as Struct)
      : (otherWord(random, part, value as bigint) as unknown)
  return { ...struct, [part.name!]: other }
}

function otherWord(random: Random, { type, internalType }: AbiParameter, value: bigint): unknown {
  if (internalType?.startsWith('enum')) return random.below(3)
  if (type === 'address') return random.hex(20)
  if (type === 'bytes32') return random.hex(32)
  const bits = Number(type.slice('uint'.length))
  const number = otherNumber(random, BigInt(value), bits)
  // As the bindings have it: see contracts/bindings.ts.
  return bits <= 48 ? Number(number) : number
}

/** Mostly near the right one, or near where a rule changes its mind; in any case one that the type holds. */
export function otherNumber(random: Random, value: bigint, bits = 256): bigint {
  const edge = 2n ** BigInt(random.pick([0, 1, 16, 64, 127, 128, 180, 255, 256]))
  const number = random.pick([value + 1n, value - 1n, value * 2n, 0n, edge - 1n, edge, edge + 1n, random.bits(bits)])
  return BigInt.asUintN(bits, number)
}
