import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exactShares, sampledShares, sampledWithin, shapley } from '../../../coordinator/flow/shapley.ts'
import { sharesByDefinition } from './shapley-by-definition.ts'

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

  it('symmetry: who adds the same gets the same', () => {
    fc.assert(
      fc.property(games, ({ players, values }) => {
        // The twin of the first player: either stands for both, both together are worth a third thing.
        const withTwin: Game = members => {
          const [first, twin] = [members.includes(0), members.includes(players)]
          const others = members.filter(member => member > 0 && member < players)
          return gameOf(values)(first || twin ? [0, ...others] : others) + (first && twin ? 7n : 0n)
        }
        const { shares } = play(players + 1, withTwin)
        expect(shares.at(-1)).toBe(shares[0])
      }),
    )
  })

  it('additivity: shares of a sum of games are the sums of shares', () => {
    fc.assert(
      fc.property(games, fc.bigInt({ min: -(2n ** 90n), max: 2n ** 90n }), ({ players, values }, factor) => {
        const one = gameOf(values)
        const other: Game = members => one(members.filter(member => member % 2 === 0)) * factor
        const sum = play(players, members => one(members) + other(members)).shares
        const [a, b] = [play(players, one).shares, play(players, other).shares]
        expect(sum).toEqual(a.map((share, player) => share + b[player]!))
      }),
    )
  })

  it('permutation: renaming the players renames the shares', () => {
    const renamed = games.chain(game =>
      fc
        .shuffledSubarray([...Array(game.players).keys()], { minLength: game.players })
        .map(names => ({ ...game, names })),
    )
    fc.assert(
      fc.property(renamed, ({ players, values, names }) => {
        const game = gameOf(values)
        const { shares } = play(players, members => game(members.map(member => names[member]!)))
        expect(shares).toEqual(names.map(name => play(players, game).shares[name]))
      }),
    )
  })

  it('are those of the definition, whatever the size of the values', () => {
    const tables = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 200 })).chain(([players, bits]) =>
      fc.array(fc.bigInt({ min: -(1n << BigInt(bits)), max: 1n << BigInt(bits) }), {
        minLength: 1 << players,
        maxLength: 1 << players,
      }),
    )
    fc.assert(
      fc.property(tables, ([, ...values]) => {
        expect(exactShares([0n, ...values]).shares).toEqual(sharesByDefinition([0n, ...values]))
      }),
    )
  })
})

describe('beyond 16 players', () => {
  const game: Game = members => (members.length >= 12 ? 1n : 0n)

  it('shares sum to the whole, and are within .03 of exact', () => {
    const { shares, whole } = play(20, game)
    expect(shares.reduce((a, b) => a + b, 0n)).toBe(whole)
    for (const share of shares) expect(Math.abs(Number(share) / Number(whole) - 1 / 20)).toBeLessThan(0.03)
  })

  it('the same seed gives the same shares, another seed others', () => {
    const draw = (seed: string) => sampledShares(5, isMember => (isMember(3) && isMember(1) ? 1n : 0n), seed, 50)
    expect(draw('a')).toEqual(draw('a'))
    expect(draw('a')).not.toEqual(draw('b'))
  })

  it('are inside the stated bound, 99 times in 100', () => {
    const orders = 100
    // One gain in two is the whole range: as wide as gains can vary.
    const worthOf = (isMember: (player: number) => boolean) => (isMember(0) || isMember(1) ? 1n : 0n)
    const outside = Array.from({ length: 100 }, (_, seed) => sampledShares(4, worthOf, `${seed}`, orders)).filter(
      ({ shares }) =>
        shares.some(
          (share, player) =>
            Math.abs(Number(share) / orders - [0.5, 0.5, 0, 0][player]!) > sampledWithin(4, orders, 1, 0.01),
        ),
    )
    expect(outside.length).toBeLessThanOrEqual(1)
  })

  it('the bound is the one that is stated: m = r²/2ε² · ln(2n/δ) orders for ε', () => {
    expect(sampledWithin(20, Math.ceil((2 ** 2 / (2 * 0.05 ** 2)) * Math.log(40 / 0.01)), 2, 0.01)).toBeCloseTo(0.05, 4)
  })
})
