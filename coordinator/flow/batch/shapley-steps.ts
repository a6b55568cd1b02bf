import { countBits, factorial } from '../shapley.ts'

/*
 * A Shapley value as a sum of 2^(n-1) steps, each of which a contract can check alone, as ShapleySteps.sol does: step k
 * adds what player i brings to the k-th coalition S without it, in ascending order of masks, times |S|! (n - 1 - |S|)!.
 */

/** No coalition may be worth more, so that no sum of steps comes near the end of a word: 15! < 2^41. */
export const maxValue = 2n ** 128n - 1n

/** One step: what it begins with and comes to, and the coalition's value without the player and with it. */
export interface Step {
  readonly before: bigint
  readonly sum: bigint
  readonly without: bigint
  readonly with: bigint
}

/** The k-th coalition without `player`, as a mask: k with a zero put in at the player's bit. */
export function coalitionAt(k: number, player: number): number {
  const low = k & ((1 << player) - 1)
  return ((k >> player) << (player + 1)) | low
}

/** |S|! (n - 1 - |S|)! */
export function weightOf(mask: number, players: number): bigint {
  const size = countBits(mask)
  return factorial(size) * factorial(players - 1 - size)
}

/** Whether a step adds up. Sums are words in two's complement: one may be below zero on the way. */
export function follows({ before, sum, without, with: withPlayer }: Step, weight: bigint): boolean {
  if (without > maxValue || withPlayer > maxValue) return false
  return sum === toWord(before + weight * (withPlayer - without))
}

/** A player's running sums, as words. The last is its share: its Shapley value times n!. */
export function traceOf(values: readonly bigint[], player: number): bigint[] {
  const players = Math.log2(values.length)
  const weights = Array.from({ length: players }, (_, size) => weightOf((1 << size) - 1, players))
  let sum = 0n
  return Array.from({ length: values.length / 2 }, (_, k) => {
    const mask = coalitionAt(k, player)
    sum += weights[countBits(mask)]! * (values[mask | (1 << player)]! - values[mask]!)
    return toWord(sum)
  })
}

function toWord(number: bigint): bigint {
  return BigInt.asUintN(256, number)
}
