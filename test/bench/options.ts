import { parseArgs } from 'node:util'
import { type Level, readLevels, usualLevels } from './coordinator/levels.ts'

export interface BenchOptions {
  /** Which benchmarks; none means the usual ones. */
  readonly names: readonly string[]
  readonly levels: readonly Level[]
  readonly peers: boolean
  /** How often each system is measured, in turns. */
  readonly rounds: number
  /** Coordinators that share the work. */
  readonly coordinators: number
  /** What runs while it is profiled. */
  readonly level: Level
  /** Open tasks at each point of the curve, from few to many. */
  readonly open: readonly number[]
  /** Where the curve's picture goes. */
  readonly picture: string
}

export const help = `npm run bench [-- name… [options]]

  --levels LIST     coordinator: tasks in flight, and steps of each (1x100,64x100,1000x20)
  --level LEVEL     profile, warmth: the same for them, one alone (64x20)
  --without-peers   coordinator: Entente and its bus alone
  --rounds N        coordinator: all systems in turns, so often; the medians (1)
                    warmth: the level, so often
  --coordinators N  warmth: so many share the work (1)
  --open LIST       curve: open tasks at each point (1000,10000,50000,100000)
  --picture FILE    curve: where its picture goes (docs/curve.svg)
`

/** @throws Error saying which option is wrong */
export function readOptions(args: string[]): BenchOptions | 'help' {
  const text = { type: 'string' } as const
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      levels: text,
      level: text,
      'without-peers': { type: 'boolean', default: false },
      rounds: text,
      coordinators: text,
      open: text,
      picture: text,
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  return {
    names: positionals,
    levels: values.levels === undefined ? usualLevels : readLevels(values.levels),
    level: readLevel(values.level ?? '64x20'),
    peers: !values['without-peers'],
    rounds: readCount('rounds', values.rounds ?? '1'),
    coordinators: readCount('coordinators', values.coordinators ?? '1'),
    open: values.open === undefined ? [1_000, 10_000, 50_000, 100_000] : readOpen(values.open),
    picture: values.picture ?? 'docs/curve.svg',
  }
}

function readLevel(text: string): Level {
  const [level, other] = readLevels(text)
  if (other) throw new Error(`--level takes one, as in 64x20; not ${text}`)
  return level!
}

function readCount(name: string, text: string): number {
  if (!/^[1-9]\d?$/.test(text)) throw new Error(`--${name} takes a whole number from 1 to 99; not ${text}`)
  return Number(text)
}

function readOpen(text: string): number[] {
  const counts = text.split(',').map(Number)
  const isRising = counts.every((count, index) => Number.isInteger(count) && count > (counts[index - 1] ?? 0))
  if (!isRising) throw new Error(`--open takes whole numbers that rise, as in 1000,10000; not ${text}`)
  return counts
}
