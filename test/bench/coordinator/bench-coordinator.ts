import { printTable } from '../print-table.ts'
import { progressDone } from '../progress.ts'
import { measureEntente } from './entente.ts'
import { type Level, readLevels, sideBySide } from './levels.ts'
import { measureLimit } from './limit.ts'

export async function benchCoordinator(levels: readonly Level[]): Promise<void> {
  const entente = await measureEntente(levels)
  progressDone()
  printTable(entente.rows)
  const limit = await measureLimit(levels, entente.sent)
  progressDone()
  process.stdout.write('\nSide by side\n')
  printTable(sideBySide(levels, [...entente.figures, ...limit]))
}
if (import.meta.main) await benchCoordinator(readLevels(process.argv[2]!))
