import { createHash } from 'node:crypto'
import { AbiCoder, type JsonFragment, ParamType, ZeroHash } from 'ethers'
import { ABIS } from '../abis.ts'
import type { Hex } from '../bindings.ts'

/** A tree of lines of which many are alike: the root, and the path of any of them, nearest sibling first. */
export interface LineTree {
  root: Hex
  path(index: number): Hex[]
}

/** RFC 6962 over SHA-256; of sizes that are powers of two, where every level is whole. */
export function treeOf(leaves: readonly Buffer[]): LineTree {
  const levels: Buffer[][] = [[...leaves]]
  for (let below = levels[0]!; below.length > 1; below = levels.at(-1)!) {
    const level: Buffer[] = []
    for (let i = 0; i < below.length; i += 2) level.push(sha256(1, below[i]!, below[i + 1]!))
    levels.push(level)
  }
  return {
    root: hex(levels.at(-1)![0]!),
    path: index => levels.slice(0, -1).map((level, height) => hex(level[(index >> height) ^ 1]!)),
  }
}

/** The leaf of a line: the hash of its ABI encoding. */
export function leafOf(type: ParamType | string, line: unknown): Buffer {
  return sha256(0, Buffer.from(AbiCoder.defaultAbiCoder().encode([type], [line]).slice(2), 'hex'))
}

/** The struct of a line, as the ABI of the function that takes it opened has it. */
export function lineType(
  contract: 'TaskDisputes' | 'PaymentDisputes' | 'Demands',
  call: string,
  input: string,
): ParamType {
  const abi: readonly JsonFragment[] = ABIS[contract]
  const fragment = abi.find(each => each.type === 'function' && each.name === call)!
  const opened = fragment.inputs!.map(each => ParamType.from(each)).find(({ name }) => name === input)!
  return opened.components!.find(({ name }) => name === 'line')!
}

/** A line with every field at zero. */
export function emptyLine(type: ParamType): Record<string, unknown> {
  return Object.fromEntries(type.components!.map(each => [each.name, emptyValue(each)]))
}

function emptyValue(type: ParamType): unknown {
  if (type.isTuple()) return emptyLine(type)
  if (type.type === 'bytes32') return ZeroHash
  if (type.type === 'address') return `0x${'00'.repeat(20)}`
  return Number(/\d+$/.exec(type.type)?.[0]) <= 48 ? 0 : 0n
}

function sha256(prefix: number, ...parts: readonly Buffer[]): Buffer {
  const hash = createHash('sha256').update(Buffer.of(prefix))
  for (const part of parts) hash.update(part)
  return hash.digest()
}

function hex(bytes: Buffer): Hex {
  return `0x${bytes.toString('hex')}`
}
