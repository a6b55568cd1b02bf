import type { Hex } from '../protocol/hash.ts'

/** Nonces of the gateway's signers. Whoever takes one must store that before anything else is done with it. */
export interface Nonces {
  /** The lowest that is free: a gap stops everything above it. */
  take(signer: Hex): number
  /** Only for a number that was never stored as taken. */
  giveBack(signer: Hex, nonce: number): void
  /** The chain has used all below `count`, some of them for transactions that are not ours. */
  raise(signer: Hex, count: number): void
  /** Free numbers below one that is taken: nothing above them is mined until they are used. */
  gaps(signer: Hex): readonly number[]
}

/**
 * @param counts per signer, how many transactions the chain has of it
 * @param taken per signer, the numbers at or above that which messages hold
 */
export function createNonces(
  counts: ReadonlyMap<Hex, number>,
  taken: ReadonlyMap<Hex, ReadonlySet<number>> = new Map(),
): Nonces {
  const sequences = new Map(
    [...counts].map(([signer, count]) => [signer, sequenceFrom(count, taken.get(signer) ?? new Set())] as const),
  )
  const of = (signer: Hex) => {
    const sequence = sequences.get(signer)
    if (!sequence) throw new RangeError(`${signer} is no signer of this gateway`)
    return sequence
  }
  return {
    take(signer) {
      const sequence = of(signer)
      const gap = sequence.gaps.shift()
      if (gap !== undefined) return gap
      sequence.next += 1
      return sequence.next - 1
    },
    giveBack(signer, nonce) {
      const sequence = of(signer)
      sequence.gaps = [...sequence.gaps, nonce].sort((a, b) => a - b)
      while (sequence.gaps.at(-1) === sequence.next - 1) sequence.next = sequence.gaps.pop()!
    },
    raise(signer, count) {
      const sequence = of(signer)
      sequence.next = Math.max(sequence.next, count)
      sequence.gaps = sequence.gaps.filter(gap => gap >= count)
    },
    gaps: signer => of(signer).gaps,
  }
}

function sequenceFrom(count: number, taken: ReadonlySet<number>): { next: number; gaps: number[] } {
  const next = Math.max(count, ...[...taken].map(nonce => nonce + 1))
  const gaps = Array.from({ length: next - count }, (_, offset) => count + offset).filter(nonce => !taken.has(nonce))
  return { next, gaps }
}
