import { type Game, readGame } from '../../coordinator/lab/read-game.ts'
import { estimateShapley, shapleyOfGame, type Values } from '../../coordinator/lab/shapley-of-game.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { readText } from '../read-text.ts'

export interface ShapleyOptions {
  readonly sample?: string
  readonly seed?: string
}

/** `entente lab shapley`: Shapley values of a game in a file, exact, or estimated with a bound of the error. */
export function shapley(file: string, { sample, seed }: ShapleyOptions): void {
  if ((sample === undefined) !== (seed === undefined)) {
    throw new EntenteError('COMMAND_INVALID', '--sample and --seed go together: how many orders, drawn from what')
  }
  const game = readGame(readText(file))
  const line = sample === undefined ? inOrder(shapleyOfGame(game)) : estimateLine(game, ordersOf(sample), seed!)
  process.stdout.write(`${line}\n`)
}

function estimateLine(game: Game, orders: number, seed: string): string {
  const { estimates, ...bound } = estimateShapley(game, orders, seed)
  return `{"estimates":${inOrder(estimates)},${JSON.stringify(bound).slice(1)}`
}

/** JSON by hand: an object would put players that are called by numbers first. */
function inOrder(values: Values): string {
  return `{${[...values].map(([player, value]) => `${JSON.stringify(player)}:${JSON.stringify(value)}`).join(',')}}`
}

function ordersOf(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text)
  throw new EntenteError('COMMAND_INVALID', `--sample takes how many orders to draw, 1 to 9999999, not ${text}`)
}
