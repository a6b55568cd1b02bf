import { keccak256 } from '../../protocol/hash.ts'

/** What a coalition achieves together, as an integer; nobody at all achieves 0. */
export type CoalitionValue = (isMember: (player: number) => boolean) => bigint

/** Integers over one denominator: a player's part of the value of all is `shares[player] / whole`. */
export interface Shares {
  readonly shares: readonly bigint[]
  readonly whole: bigint
}

/** The most players for whom all 2^n coalitions are weighed. */
export const exactLimit = 16

/** Orders drawn beyond that: enough that shares of a value in [0, 1] are within .03 of exact, 99 times in 100 (Hoeffding). */
const sampledOrders = 4_096

/**
 * Shapley values (L. S. Shapley, A Value for n-Person Games, 1953). Exact for up to 16 players: φ·n! is kept whole, so
 * that the shares sum to `whole` with nothing lost. Beyond, marginal gains over orders drawn from `seed`: they sum to
 * `whole` as exactly, and anyone who has the seed draws the same orders.
 */
export function shapley(players: number, worthOf: CoalitionValue, seed: string): Shares {
  return players <= exactLimit ? exact(players, worthOf) : sampled(players, worthOf, seed)
}

function exact(players: number, worthOf: CoalitionValue): Shares {
  const values = Array.from({ length: 1 << players }, (_, coalition) =>
    coalition === 0 ? 0n : worthOf(player => (coalition & (1 << player)) !== 0),
  )
  const orders = Array.from({ length: players }, (_, size) => factorial(size) * factorial(players - size - 1))
  const shares = Array.from({ length: players }, (_, player) => {
    let share = 0n
    for (let without = 0; without < values.length; without++) {
      if (without & (1 << player)) continue
      share += (values[without | (1 << player)]! - values[without]!) * orders[countBits(without)]!
    }
    return share
  })
  return { shares, whole: factorial(players) * values.at(-1)! }
}

function sampled(players: number, worthOf: CoalitionValue, seed: string): Shares {
  const shares = Array.from({ length: players }, () => 0n)
  for (let draw = 0; draw < sampledOrders; draw++) {
    const members = new Set<number>()
    let before = 0n
    for (const player of drawOrder(players, `${seed}/${draw}`)) {
      members.add(player)
      const after = worthOf(each => members.has(each))
      shares[player] = shares[player]! + after - before
      before = after
    }
  }
  return { shares, whole: BigInt(sampledOrders) * worthOf(() => true) }
}

/** A permutation that follows from the seed alone: players sorted by the hash of seed and number. */
function drawOrder(players: number, seed: string): number[] {
  return Array.from({ length: players }, (_, player) => ({ player, key: keccak256(Buffer.from(`${seed}/${player}`)) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ player }) => player)
}

export function factorial(n: number): bigint {
  let product = 1n
  for (let factor = 2; factor <= n; factor++) product *= BigInt(factor)
  return product
}

export function countBits(bits: number): number {
  let count = 0
  for (let left = bits; left; left &= left - 1) count++
  return count
}
