import { keccak256 } from '../../protocol/hash.ts'
import { sumsBySize } from './coalition-sums.ts'

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
  return players <= exactLimit
    ? exactShares(coalitionValues(players, worthOf))
    : sampledShares(players, worthOf, seed, sampledOrders)
}

/** The values of all coalitions of so many players, by mask; nobody at all is worth 0. */
export function coalitionValues(players: number, worthOf: CoalitionValue): bigint[] {
  const values = new Array<bigint>(1 << players).fill(0n)
  for (let mask = 1; mask < values.length; mask++) values[mask] = worthOf(player => (mask & (1 << player)) !== 0)
  return values
}

/**
 * φ·n! of each player, from the values of all coalitions by mask. A coalition of s players adds (s - 1)! (n - s)! times
 * its value to each member, and takes s! (n - 1 - s)! times its value from each other: so sums by size are enough.
 */
export function exactShares(values: readonly bigint[]): Shares {
  const players = Math.log2(values.length)
  const { total, withPlayer } = sumsBySize(values)
  const orders = Array.from({ length: players }, (_, size) => factorial(size) * factorial(players - 1 - size))
  const shares = withPlayer.map(within => {
    let share = 0n
    for (let size = 1; size <= players; size++) {
      share += orders[size - 1]! * within[size]! - (orders[size] ?? 0n) * (total[size]! - within[size]!)
    }
    return share
  })
  return { shares, whole: factorial(players) * values.at(-1)! }
}

/** The gains that each player brings on joining, summed over so many orders drawn from `seed`. */
export function sampledShares(players: number, worthOf: CoalitionValue, seed: string, orders: number): Shares {
  const shares = Array.from({ length: players }, () => 0n)
  for (let draw = 0; draw < orders; draw++) {
    const members = new Set<number>()
    let before = 0n
    for (const player of drawOrder(players, `${seed}/${draw}`)) {
      members.add(player)
      const after = worthOf(each => members.has(each))
      shares[player] = shares[player]! + after - before
      before = after
    }
  }
  return { shares, whole: BigInt(orders) * worthOf(() => true) }
}

/**
 * How far a mean of gains over `orders` orders may be from exact: with chance `doubt` any of the `players` is further
 * off (W. Hoeffding, Probability Inequalities for Sums of Bounded Random Variables, 1963, over all players at once).
 * `range` is the largest gain of a player less its smallest.
 */
export function sampledWithin(players: number, orders: number, range: number, doubt: number): number {
  return range * Math.sqrt(Math.log((2 * players) / doubt) / (2 * orders))
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
