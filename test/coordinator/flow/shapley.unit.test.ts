import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shapley } from '../../../coordinator/flow/shapley.ts'

type Game = (members: readonly number[]) => bigint

function play(players: number, game: Game, seed = 'seed') {
  const everyone = Array.from({ length: players }, (_, player) => player)
  return shapley(players, isMember => game(everyone.filter(isMember)), seed)
}

/** Shares as fractions of one: `1/6`. */
function fractions(players: number, game: Game): string[] {
  const { shares, whole } = play(players, game)
  const worth = game(Array.from({ length: players }, (_, player) => player))
  return shares.map(share => reduce(share * worth, whole))
}

function reduce(above: bigint, below: bigint): string {
  const divisor = gcd(above < 0n ? -above : above, below)
  return below / divisor === 1n ? `${above / divisor}` : `${above / divisor}/${below / divisor}`
}

function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b)
}

const weighted =
  (quota: number, weights: readonly number[]): Game =>
  members =>
    members.reduce((sum, member) => sum + weights[member]!, 0) >= quota ? 1n : 0n

describe('Shapley values, by the known games', () => {
  it('glove: two left, one right', () => {
    const glove: Game = members => (members.includes(2) && members.length > 1 ? 1n : 0n)
    expect(fractions(3, glove)).toEqual(['1/6', '1/6', '2/3'])
  })

  it('airport: runways of 8, 11, 13 and 18', () => {
    const lengths = [8, 11, 13, 18]
    const airport: Game = members => BigInt(Math.max(0, ...members.map(member => lengths[member]!)))
    expect(fractions(4, airport)).toEqual(['2', '3', '4', '9'])
  })

  it('United Nations Security Council: five with a veto, nine of fifteen', () => {
    const council: Game = members => (members.filter(m => m < 5).length === 5 && members.length >= 9 ? 1n : 0n)
    const shares = fractions(15, council)
    expect(new Set(shares.slice(0, 5))).toEqual(new Set(['421/2145']))
    expect(new Set(shares.slice(5))).toEqual(new Set(['4/2145']))
  })

  it('European Economic Community 1958: [12; 4, 4, 4, 2, 2, 1]', () => {
    expect(fractions(6, weighted(12, [4, 4, 4, 2, 2, 1]))).toEqual(['7/30', '7/30', '7/30', '3/20', '3/20', '0'])
  })
})

describe('Shapley values, by the axioms', () => {
  const games = fc
    .integer({ min: 1, max: 6 })
    .chain(players =>
      fc
        .array(fc.bigInt({ min: 0n, max: 1000n }), { minLength: 1 << players, maxLength: 1 << players })
        .map(values => ({ players, values })),
    )
  const gameOf =
    (values: readonly bigint[]): Game =>
    members =>
      members.length === 0 ? 0n : values[members.reduce((bits, member) => bits | (1 << member), 0)]!

  it('efficiency: the shares sum to the whole exactly', () => {
    fc.assert(
      fc.property(games, ({ players, values }) => {
        const { shares, whole } = play(players, gameOf(values))
        expect(shares.reduce((a, b) => a + b, 0n)).toBe(whole)
      }),
    )
  })

  it('dummy: who adds nothing gets nothing', () => {
    fc.assert(
      fc.property(games, ({ players, values }) => {
        const withDummy: Game = members => gameOf(values)(members.filter(member => member < players))
        expect(play(players + 1, withDummy).shares.at(-1)).toBe(0n)
      }),
    )
  })

  it('symmetry: renaming the players renames the shares', () => {
    fc.assert(
      fc.property(games, ({ players, values }) => {
        const game = gameOf(values)
        const mirrored = play(players, members => game(members.map(member => players - 1 - member))).shares
        expect([...mirrored].reverse()).toEqual(play(players, game).shares)
      }),
    )
  })

  it('beyond 16 players: sums to the whole, repeats from its seed, and is within .03 of exact', () => {
    const game: Game = members => (members.length >= 12 ? 1n : 0n)
    const { shares, whole } = play(20, game)
    expect(shares.reduce((a, b) => a + b, 0n)).toBe(whole)
    expect(play(20, game)).toEqual({ shares, whole })
    for (const share of shares) expect(Math.abs(Number(share) / Number(whole) - 1 / 20)).toBeLessThan(0.03)
  })
})
