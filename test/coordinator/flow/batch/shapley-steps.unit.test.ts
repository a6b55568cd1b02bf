import { describe, expect, it } from 'vitest'
import { coalitionAt, follows, maxValue, traceOf, weightOf } from '../../../../coordinator/flow/batch/shapley-steps.ts'
import { coalitionValues, factorial, shapley } from '../../../../coordinator/flow/shapley.ts'
import { seeded } from '../../../harness/seeded.ts'

/** The last of each player's running sums. */
function sharesOf(values: readonly bigint[]): bigint[] {
  return Array.from({ length: Math.log2(values.length) }, (_, player) => traceOf(values, player).at(-1)!)
}

describe('traces end with the shares of the known games', () => {
  it('glove, two left and one right: 1/6, 1/6, 2/3', () => {
    const values = coalitionValues(3, isMember => (isMember(2) && (isMember(0) || isMember(1)) ? 1n : 0n))
    expect(sharesOf(values)).toEqual([1n, 1n, 4n])
  })

  it('airport, runways of 8, 11, 13 and 18: 2, 3, 4, 9', () => {
    const lengths = [8, 11, 13, 18]
    const longest = (isMember: (player: number) => boolean) =>
      BigInt(Math.max(...lengths.filter((_, player) => isMember(player))))
    const shares = sharesOf(coalitionValues(4, longest))
    expect(shares).toEqual([2n, 3n, 4n, 9n].map(share => share * factorial(4)))
  })
})

describe('a trace', () => {
  it('visits every coalition without the player once, in ascending order', () => {
    for (let player = 0; player < 5; player++) {
      const visited = Array.from({ length: 16 }, (_, k) => coalitionAt(k, player))
      expect(visited).toEqual(Array.from({ length: 32 }, (_, mask) => mask).filter(mask => !(mask & (1 << player))))
    }
  })

  it('ends with what shapley() gives, for any game', () => {
    const random = seeded('any game')
    for (let players = 1; players <= 7; players++) {
      const values = coalitionValues(players, () => random.bits(128))
      const worthOf = (isMember: (player: number) => boolean) =>
        values[
          Array.from({ length: players }, (_, player) => (isMember(player) ? 1 << player : 0)).reduce((a, b) => a | b)
        ]!
      const { shares } = shapley(players, worthOf, '')
      expect(sharesOf(values)).toEqual(shares.map(share => BigInt.asUintN(256, share)))
    }
  })

  it('follows step by step, also below zero', () => {
    const values = [0n, maxValue, 3n, 0n]
    const trace = traceOf(values, 1)
    expect(trace).toEqual([3n, 3n + 2n ** 256n - maxValue])
    trace.forEach((sum, k) => {
      const mask = coalitionAt(k, 1)
      const step = { before: trace[k - 1] ?? 0n, sum, without: values[mask]!, with: values[mask | 2]! }
      expect(follows(step, weightOf(mask, 2))).toBe(true)
      expect(follows({ ...step, sum: sum + 1n }, weightOf(mask, 2))).toBe(false)
    })
  })

  it('has no step with a value that no coalition may have', () => {
    expect(follows({ before: 0n, sum: maxValue + 1n, without: 0n, with: maxValue + 1n }, 1n)).toBe(false)
    expect(follows({ before: 1n, sum: 0n, without: maxValue + 1n, with: maxValue }, 1n)).toBe(false)
  })

  it('weighs the coalitions without a player so that they sum to n!', () => {
    for (let players = 1; players <= 8; players++) {
      let sum = 0n
      for (let k = 0; k < 1 << (players - 1); k++) sum += weightOf(coalitionAt(k, 0), players)
      expect(sum).toBe(factorial(players))
    }
  })
})
