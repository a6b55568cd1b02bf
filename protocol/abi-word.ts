import { fromHex } from './hash.ts'

/** Encodes one value to one 32-byte word. */
type EncodeWord = (value: never) => Buffer

/**
 * How the ABI, and EIP-712 with it, lays a value of this type out in one word; null where it takes more than one.
 * Knows uintN, bytesN, address and bool. What does not fit is refused: cut to size, two documents would have one digest.
 */
export function wordEncoder(type: string): EncodeWord | null {
  if (type === 'bool') return (flag: boolean) => encodeUint(flag ? 1n : 0n, 1)
  if (type === 'address') return (address: string) => encodeUint(BigInt(address), 160)
  const [, kind, size] = /^(uint|bytes)(\d+)$/.exec(type) ?? []
  if (kind === 'uint') return (number: bigint | number | string) => encodeUint(BigInt(number), Number(size))
  if (kind === 'bytes') return (hex: string) => encodeBytes(hex, Number(size))
  return null
}

/** @throws RangeError when `number` is below zero, or takes more than so many bits. */
export function encodeUint(number: bigint, bits: number): Buffer {
  if (number < 0n || number >> BigInt(bits)) throw new RangeError(`${number} does not fit ${bits} bits`)
  return Buffer.from(number.toString(16).padStart(64, '0'), 'hex')
}

/** @throws RangeError when `hex` is not that many bytes. */
export function encodeBytes(hex: string, size: number): Buffer {
  const bytes = fromHex(hex)
  if (bytes.length !== size || hex.length !== 2 + 2 * size) throw new RangeError(`${hex} is not ${size} bytes`)
  return Buffer.concat([bytes, Buffer.alloc(32)], 32)
}
