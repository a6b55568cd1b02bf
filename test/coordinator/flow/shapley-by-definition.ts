import { countBits, factorial } from '../../../coordinator/flow/shapley.ts'

/** φ·n! as the textbook has it: what each player adds to each coalition without it, times the orders that come to it. */
export function sharesByDefinition(values: readonly bigint[]): bigint[] {
  const players = Math.log2(values.length)
  const orders = Array.from({ length: players }, (_, size) => factorial(size) * factorial(players - size - 1))
  return orders.map((_, player) => {
    let share = 0n
    for (let without = 0; without < values.length; without++) {
      if (without & (1 << player)) continue
      share += (values[without | (1 << player)]! - values[without]!) * orders[countBits(without)]!
    }
    return share
  })
}
