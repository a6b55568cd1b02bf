import type { Hex } from '../protocol/hash.ts'

/** Calls of a kind differ, by what they are the first to write, say: so much more than the last that was asked about is tried. */
const MORE_PERCENT = 125n
const MORE_GAS = 50_000n

interface Call {
  readonly to: Hex
  readonly data: Hex
}

/**
 * What calls were found to need, of each kind: contract, function, and about how much data. The next of its kind is run once within
 * that. A node that is asked what a call needs runs it again and again, within more and less: anvil 1.7 takes nine times as long.
 */
export interface CallNeeds {
  /** What is likely to be enough; undefined while nothing is known of the kind. */
  enoughFor(call: Call): bigint | undefined
  note(call: Call, gas: bigint): void
}

export function createCallNeeds(): CallNeeds {
  const needs = new Map<string, bigint>()
  return {
    enoughFor(call) {
      const gas = needs.get(kindOf(call))
      return gas === undefined ? undefined : (gas * MORE_PERCENT) / 100n + MORE_GAS
    },
    note: (call, gas) => void needs.set(kindOf(call), gas),
  }
}

/** As many as there are functions in our contracts, and doublings of what they take. */
function kindOf({ to, data }: Call): string {
  return `${to}/${data.slice(0, 10)}/${Math.ceil(Math.log2(data.length))}`
}
