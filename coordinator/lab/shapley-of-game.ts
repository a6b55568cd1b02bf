import { EntenteError } from '../../protocol/errors.ts'
import { exactLimit, exactShares, factorial, sampledShares, sampledWithin } from '../flow/shapley.ts'
import { type Fraction, writeFraction } from './fraction.ts'
import type { Game } from './read-game.ts'

/** Shapley values as texts: exact fractions in lowest terms, in the order of the players. */
export type Values = ReadonlyMap<string, string>

export interface Estimate {
  readonly estimates: Values
  /** With a chance of 1 − `doubt` no estimate is further from its Shapley value than this. */
  readonly within: number
  readonly doubt: number
  /** The largest gain that a player brings on joining, less its smallest: the r of Hoeffding's bound. */
  readonly range: number
  readonly orders: number
  readonly seed: string
}

const doubt = 0.01

/** @throws EntenteError GAME_INVALID for more than 16 players */
export function shapleyOfGame({ players, values, scale }: Game): Values {
  if (players.length > exactLimit) {
    const hint = 'estimates of more are made with --sample and --seed'
    throw new EntenteError('GAME_INVALID', `exact values are for up to 16 players, not ${players.length}; ${hint}`)
  }
  const table = new Array<bigint>(1 << players.length).fill(0n)
  for (const [number, value] of values) table[number] = value
  const below = factorial(players.length) * scale
  return named(
    players,
    exactShares(table).shares.map(above => ({ above, below })),
  )
}

/** Means of gains over so many orders drawn from the seed. They sum to the worth of all exactly. */
export function estimateShapley({ players, values, scale }: Game, orders: number, seed: string): Estimate {
  const powers = players.map((_, place) => 2 ** place)
  const worthOf = (isMember: (player: number) => boolean) => {
    let number = 0
    for (let place = 0; place < powers.length; place++) if (isMember(place)) number += powers[place]!
    return values.get(number) ?? 0n
  }
  const { shares } = sampledShares(players.length, worthOf, seed, orders)
  const range = rangeOf({ players, values, scale })
  return {
    estimates: named(
      players,
      shares.map(above => ({ above, below: BigInt(orders) * scale })),
    ),
    within: sampledWithin(players.length, orders, range, doubt),
    doubt,
    range,
    orders,
    seed,
  }
}

/** Over all players and coalitions; a gain between two coalitions that are not listed is 0. */
function rangeOf({ players, values, scale }: Game): number {
  let widest = 0n
  for (let place = 0; place < players.length; place++) {
    const power = 2 ** place
    let [least, most] = [0n, 0n]
    for (const [number, value] of values) {
      const isMember = Math.floor(number / power) % 2 === 1
      const gain = isMember ? value - (values.get(number - power) ?? 0n) : (values.get(number + power) ?? 0n) - value
      if (gain < least) least = gain
      if (gain > most) most = gain
    }
    if (most - least > widest) widest = most - least
  }
  return Number(widest) / Number(scale)
}

function named(players: readonly string[], values: readonly Fraction[]): Values {
  return new Map(players.map((player, place) => [player, writeFraction(values[place]!)]))
}
