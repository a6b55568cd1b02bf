import { basename } from 'node:path'
import { type ProcessOptions, startProcess } from '../../../stack/process.ts'
import { progress } from '../progress.ts'
import { type Figures, figuresOf, type Level, levelLimitMs, spansBetween, warmUpFor } from './levels.ts'

/** What a program says of a level. */
interface Ran {
  readonly level: Level
  /** When the first step of each task began, and when each step ended. */
  readonly ends: readonly number[][]
  readonly isCut: boolean
}

/**
 * Has a program run these levels, one that calls `runLevels` of `peers/run-levels.mjs`, once it has warmed up as every system does.
 * @param system as the table has it
 */
export async function measureProgram(
  system: string,
  { args = [], ...program }: Pick<ProcessOptions, 'entry' | 'args' | 'env' | 'dir'>,
  levels: readonly Level[],
): Promise<Figures[]> {
  const figures: Figures[] = []
  const done = Promise.withResolvers<void>()
  const child = await startProcess({
    ...program,
    name: basename(program.entry),
    args: [JSON.stringify({ warmUp: warmUpFor(levels), levels, levelLimitMs }), ...args],
    // Nobody needs to know that a benchmark was run.
    env: { ...program.env, DO_NOT_TRACK: '1' },
    onMessage(message) {
      const { level, ends, isCut } = message as Ran
      if (!level) return done.resolve()
      figures.push(figuresOf(system, level, spansBetween(ends), isCut))
      progress(`${system}, ${level.inFlight} in flight: done`)
    },
    onDeath: done.reject,
  })
  try {
    await done.promise
  } finally {
    await child.stop()
  }
  return figures
}
