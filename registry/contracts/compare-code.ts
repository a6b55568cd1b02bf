import { getBytes, hexlify } from 'ethers'

export interface CodeComparison {
  matches: boolean
  /** What the constructor filled in: place in the code on chain, and the 32 bytes there. */
  immutables: { at: number; value: string }[]
  /** Bytes that the build has otherwise, as places in the code on chain. */
  differences: { at: number; length: number }[]
}

const PUSH32 = 0x7f
const WORD = 32

/**
 * Compares the code at an address with creation code, which holds the same code with zeros where the constructor fills in
 * immutables. Ours is built without metadata, so nothing else may differ.
 *
 * @param onChain the code at an address, as 0x-hex
 * @param creation creation code, without constructor arguments; the code of contracts that its constructor creates is inside
 */
export function compareCode(onChain: string, creation: string): CodeComparison {
  const code = getBytes(onChain)
  const built = getBytes(creation)
  if (code.length === 0) return { matches: false, immutables: [], differences: [{ at: 0, length: 0 }] }
  // A contract inside another begins as all do: the free memory pointer is set.
  const starts = [...occurrences(built, code.subarray(0, 4))].filter(start => start + code.length <= built.length)
  const compared = starts.map(start => compareAt(code, built.subarray(start, start + code.length)))
  const best = compared.sort((one, other) => bytesIn(one.differences) - bytesIn(other.differences))[0]
  return best ?? { matches: false, immutables: [], differences: [{ at: 0, length: code.length }] }
}

function compareAt(code: Uint8Array, built: Uint8Array): CodeComparison {
  const immutables: CodeComparison['immutables'] = []
  const differences: CodeComparison['differences'] = []
  for (let at = 0; at < code.length; ) {
    if (isPlaceholder(built, at) && code[at] === PUSH32) {
      immutables.push({ at: at + 1, value: hexlify(code.subarray(at + 1, at + 1 + WORD)) })
      at += 1 + WORD
      continue
    }
    if (code[at] !== built[at]) extend(differences, at)
    at++
  }
  return { matches: differences.length === 0, immutables, differences }
}

function isPlaceholder(built: Uint8Array, at: number): boolean {
  const word = built.subarray(at + 1, at + 1 + WORD)
  return built[at] === PUSH32 && word.length === WORD && word.every(byte => byte === 0)
}

function extend(differences: CodeComparison['differences'], at: number): void {
  const last = differences.at(-1)
  if (last && last.at + last.length === at) last.length++
  else differences.push({ at, length: 1 })
}

function bytesIn(differences: CodeComparison['differences']): number {
  return differences.reduce((sum, { length }) => sum + length, 0)
}

function* occurrences(bytes: Uint8Array, part: Uint8Array): Generator<number> {
  const buffer = Buffer.from(bytes)
  for (let at = buffer.indexOf(part); at >= 0; at = buffer.indexOf(part, at + 1)) yield at
}
