import type { Hex } from '../protocol/hash.ts'

/** Nonces of the gateway's signers. Whoever takes one must store that before anything else is done with it. */
export interface Nonces {
  /** From now on this gateway gives out the signer's numbers: the chain has used `count`, messages hold those `taken`. */
  begin(signer: Hex, count: number, taken: ReadonlySet<number>): void
  /** The lowest that is free and above another: a gap stops everything above it. */
  take(signer: Hex, above?: number): number
  /** The first of two that follow one another, above all that were taken. */
  takeTwo(signer: Hex): number
  /** Only for a number that was never stored as taken. What was counted anew meanwhile has it already, and is left as it is. */
  giveBack(signer: Hex, nonce: number): void
  /** The chain has used all below `count`, some of them for transactions that are not ours. */
  raise(signer: Hex, count: number): void
  /** Free numbers below one that is taken: nothing above them is mined until they are used. */
  gaps(signer: Hex): readonly number[]
}

export function createNonces(): Nonces {
  const sequences = new Map<Hex, ReturnType<typeof sequenceFrom>>()
  const of = (signer: Hex) => {
    const sequence = sequences.get(signer)
    if (!sequence) throw new RangeError(`this gateway does not number for ${signer}`)
    return sequence
  }
  return {
    begin(signer, count, taken) {
      sequences.set(signer, sequenceFrom(count, taken))
    },
    take(signer, above = -1) {
      const sequence = of(signer)
      const index = sequence.gaps.findIndex(gap => gap > above)
      if (index >= 0) return sequence.gaps.splice(index, 1)[0]!
      // The other was numbered by a gateway that stood still meanwhile.
      while (sequence.next < above) sequence.gaps.push(sequence.next++)
      sequence.next = Math.max(sequence.next, above + 1)
      sequence.next += 1
      return sequence.next - 1
    },
    takeTwo(signer) {
      const sequence = of(signer)
      sequence.next += 2
      return sequence.next - 2
    },
    giveBack(signer, nonce) {
      const sequence = of(signer)
      if (nonce < sequence.count || nonce >= sequence.next || sequence.gaps.includes(nonce)) return
      sequence.gaps = [...sequence.gaps, nonce].sort((a, b) => a - b)
      while (sequence.gaps.at(-1) === sequence.next - 1) sequence.next = sequence.gaps.pop()!
    },
    raise(signer, count) {
      const sequence = of(signer)
      sequence.next = Math.max(sequence.next, count)
      sequence.count = Math.max(sequence.count, count)
      sequence.gaps = sequence.gaps.filter(gap => gap >= count)
    },
    gaps: signer => sequences.get(signer)?.gaps ?? [],
  }
}

function sequenceFrom(count: number, taken: ReadonlySet<number>): { count: number; next: number; gaps: number[] } {
  const next = [...taken].reduce((next, nonce) => Math.max(next, nonce + 1), count)
  const gaps = Array.from({ length: next - count }, (_, offset) => count + offset).filter(nonce => !taken.has(nonce))
  return { count, next, gaps }
}
