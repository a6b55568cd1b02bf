import { EntenteError } from '../../protocol/errors.ts'
import { gcd, readFraction } from './fraction.ts'

/** A game in characteristic form, as a file gives it. */
export interface Game {
  readonly players: readonly string[]
  /** Worth of the coalitions that the file lists, times `scale`, by the sum of 2^place over their players. */
  readonly values: ReadonlyMap<number, bigint>
  /** The least common multiple of the values' denominators. */
  readonly scale: bigint
}

/** The number of a coalition is carried exactly by a double up to here. */
const mostPlayers = 53

/** A common denominator of more bits makes every sum slow; no measured utility needs it. */
const mostScaleBits = 4_096

/**
 * Reads `{"players":["a","b"],"values":{"a":"0","a,b":"1/2"}}`. A coalition is its players in the order listed, joined by
 * commas; a value an integer, a decimal or a fraction, as text or as a number; a coalition that is missing is worth 0.
 * @throws EntenteError GAME_INVALID
 */
export function readGame(text: string): Game {
  const { players, values } = parse(text)
  const placeOf = new Map(players.map((player, place) => [player, place]))
  const read = new Map<string, { above: bigint; below: bigint }>()
  let scale = 1n
  const listed = Object.entries(values).map(([coalition, value]) => {
    const number = numberOf(coalition, placeOf)
    const fraction = read.get(`${value}`) ?? fractionOf(coalition, value)
    if (number === 0 && fraction.above !== 0n) refuse('nobody at all is worth 0, and "" is given another value')
    if (!read.has(`${value}`)) {
      read.set(`${value}`, fraction)
      scale *= fraction.below / gcd(scale, fraction.below)
      if (scale >> BigInt(mostScaleBits)) refuse('the values have no common denominator of 4096 bits or fewer')
    }
    return { number, fraction }
  })
  return {
    players,
    scale,
    values: new Map(listed.map(({ number, fraction: { above, below } }) => [number, above * (scale / below)])),
  }
}

function parse(text: string): { players: string[]; values: Record<string, unknown> } {
  let game: unknown
  try {
    game = JSON.parse(text, keepDigits as (key: string, value: unknown) => unknown)
  } catch (cause) {
    return refuse(`the file is not JSON: ${(cause as Error).message}`)
  }
  if (!isRecord(game)) return refuse('the file is not an object with players and values')
  const { players, values, ...others } = game
  if (Object.keys(others).length > 0) refuse(`there is no field ${Object.keys(others)[0]}, only players and values`)
  if (!Array.isArray(players) || players.length === 0) return refuse('players is not a list of at least one name')
  const names = players.map(player =>
    typeof player === 'string' && player !== '' && !player.includes(',')
      ? player
      : refuse(`${JSON.stringify(player)} is no player: a name is a text, not empty, without a comma`),
  )
  const twice = names.find((name, place) => names.indexOf(name) !== place)
  if (twice !== undefined) refuse(`the player ${twice} is listed twice`)
  if (names.length > mostPlayers) refuse(`there are ${names.length} players; a file may have ${mostPlayers}`)
  if (!isRecord(values)) return refuse('values is not an object of coalitions and what each is worth')
  const repeated = repeatedKey(text, 2 + Object.keys(values).length)
  if (repeated !== undefined) refuse(`${repeated} is given twice`)
  return { players: names, values }
}

/** A number keeps the digits that it is written with: as a double it would lose those beyond the sixteenth. */
function keepDigits(this: unknown, _: string, value: unknown, { source }: { source?: string }): unknown {
  return typeof value === 'number' && !Array.isArray(this) ? source : value
}

/** JSON.parse keeps the last of two equal keys in silence; so the keys in the text are counted. */
function repeatedKey(text: string, expected: number): string | undefined {
  const keys = [...text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?/g)].filter(([, , colon]) => colon).map(([, key]) => key!)
  if (keys.length === expected) return undefined
  const seen = new Set<string>()
  for (const key of keys.map(key => JSON.stringify(JSON.parse(key)))) {
    if (seen.has(key)) return key
    seen.add(key)
  }
  return undefined
}

function numberOf(coalition: string, placeOf: ReadonlyMap<string, number>): number {
  if (coalition === '') return 0
  let number = 0
  let last = -1
  for (const player of coalition.split(',')) {
    const place = placeOf.get(player)
    if (place === undefined) return refuse(`the coalition ${coalition} has ${player || 'an empty name'}, not a player`)
    if (place === last) return refuse(`the coalition ${coalition} names ${player} twice`)
    if (place < last) return refuse(`the coalition ${coalition} is not in the order of players: ${player} comes before`)
    number += 2 ** place
    last = place
  }
  return number
}

function fractionOf(coalition: string, value: unknown): { above: bigint; below: bigint } {
  const fraction = typeof value === 'string' ? readFraction(value) : null
  return fraction ?? refuse(`the value of ${coalition || '""'} is ${JSON.stringify(value)}, not 3, "0.25" or "1/2"`)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function refuse(why: string): never {
  throw new EntenteError('GAME_INVALID', why)
}
