import { fromHex, type Hex, keccak256, toHex } from '../../protocol/hash.ts'
import type { Address } from '../../protocol/ids.ts'

/** One call of a batch, as `IBatchExecutor.Call` has it. */
export interface BatchCall {
  readonly id: Hex
  readonly target: Address
  readonly gasLimit: bigint
  readonly data: Hex
}

const WORD = 32
const ARGUMENT = '((bytes8,address,uint64,bytes)[])'
const execute = selectorOf(`execute${ARGUMENT}`)
const measure = selectorOf(`measure${ARGUMENT}`)

/** Words of a call beside its data: its place in the list, four of its own, and the length of the data. */
const WORDS = 6

/** Bytes that a call takes in the batch's call data. */
export function bytesOf({ data }: Pick<BatchCall, 'data'>): number {
  return WORDS * WORD + padded((data.length - 2) / 2)
}

/** Call data that makes the calls, or says what they would come to. Written by hand: ethers takes ten times as long. */
export function encodeCalls(verb: 'execute' | 'measure', calls: readonly BatchCall[]): Hex {
  const bytes = Buffer.alloc(calls.reduce((sum, call) => sum + bytesOf(call), 4 + 2 * WORD))
  bytes.set(verb === 'execute' ? execute : measure)
  let at = 4
  const word = (value: number | bigint) => {
    bytes.writeBigUInt64BE(BigInt(value), at + WORD - 8)
    at += WORD
  }
  word(WORD)
  word(calls.length)
  let offset = calls.length * WORD
  for (const call of calls) {
    word(offset)
    offset += bytesOf(call) - WORD
  }
  for (const { id, target, gasLimit, data } of calls) {
    bytes.write(id.slice(2), at, 'hex')
    bytes.write(target.slice(2), at + WORD + 12, 'hex')
    at += 2 * WORD
    word(gasLimit)
    word(4 * WORD)
    word((data.length - 2) / 2)
    bytes.write(data.slice(2), at, 'hex')
    at += padded((data.length - 2) / 2)
  }
  return toHex(bytes)
}

/** Of a transaction, before anything runs, in gas: EIP-2028, and the floor of EIP-7623 below which no limit may be. */
export function intrinsicGas(data: Hex): { gas: bigint; floor: bigint } {
  const bytes = fromHex(data)
  let zeros = 0
  for (const byte of bytes) if (byte === 0) zeros += 1
  const others = bytes.length - zeros
  return { gas: 21_000n + BigInt(4 * zeros + 16 * others), floor: 21_000n + BigInt(10 * zeros + 40 * others) }
}

function padded(length: number): number {
  return Math.ceil(length / WORD) * WORD
}

function selectorOf(signature: string): Buffer {
  return fromHex(keccak256(Buffer.from(signature))).subarray(0, 4)
}
