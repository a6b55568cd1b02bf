export const wordBytes = 32

/** Encodes one value to one word, of 32 bytes. */
type EncodeWord = (value: never) => Buffer

/** The same, to where it is wanted. */
export type WriteWord = (value: never, target: Buffer, at: number) => void

/**
 * How the ABI, and EIP-712 with it, lays a value of this type out in one word; null where it takes more than one.
 * Knows uintN, bytesN, address and bool. What does not fit is refused: cut to size, two documents would have one digest.
 */
export function wordEncoder(type: string): EncodeWord | null {
  const write = wordWriter(type)
  if (!write) return null
  return value => {
    const word = Buffer.alloc(wordBytes)
    write(value, word, 0)
    return word
  }
}

/** As `wordEncoder`, for who lays out many words side by side. */
export function wordWriter(type: string): WriteWord | null {
  if (type === 'bool') return (flag: boolean, target, at) => writeUint(flag ? 1n : 0n, 1, target, at)
  if (type === 'address') return (address: string, target, at) => writeUint(BigInt(address), 160, target, at)
  const [, kind, size] = /^(uint|bytes)(\d+)$/.exec(type) ?? []
  if (kind === 'uint')
    return (number: bigint | number | string, target, at) => writeNumber(number, Number(size), target, at)
  if (kind === 'bytes') return (hex: string, target, at) => writeBytes(hex, Number(size), target, at)
  return null
}

/** @throws RangeError when `number` is below zero, or takes more than so many bits. */
export function encodeUint(number: bigint, bits: number): Buffer {
  const word = Buffer.alloc(wordBytes)
  writeUint(number, bits, word, 0)
  return word
}

/** As `encodeUint`: times and counts need no bigint. */
function writeNumber(number: bigint | number | string, bits: number, target: Buffer, at: number): void {
  if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number < 2 ** Math.min(bits, 48)) {
    target.fill(0, at, at + wordBytes)
    target.writeUIntBE(number, at + wordBytes - 6, 6)
  } else writeUint(BigInt(number), bits, target, at)
}

function writeUint(number: bigint, bits: number, target: Buffer, at: number): void {
  if (number < 0n || number >> BigInt(bits)) throw new RangeError(`${number} does not fit ${bits} bits`)
  target.write(number.toString(16).padStart(2 * wordBytes, '0'), at, wordBytes, 'hex')
}

/** @throws RangeError when `hex` is not that many bytes. */
export function writeBytes(hex: string, size: number, target: Buffer, at: number): void {
  const isOfSize = hex.startsWith('0x') && hex.length === 2 + 2 * size
  // Hexadecimal writing stops silently at the first character that is none.
  if (!isOfSize || target.write(hex.slice(2), at, size, 'hex') !== size) {
    throw new RangeError(`${hex} is not ${size} bytes`)
  }
  target.fill(0, at + size, at + wordBytes)
}
