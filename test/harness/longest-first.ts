import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { seeded } from './seeded.ts'

/**
 * Files of half a minute or more: one of them at the end, alone, would keep all cores but one waiting. Those that start many
 * processes and those that need one core take turns.
 */
const LONG = [
  'test/scenarios/emergency-response.real.test.ts',
  'test/coordinator/flow/model/model.unit.test.ts',
  'test/scenarios/templates/templates.real.test.ts',
  'test/evidence/mutation.unit.test.ts',
  'test/chaos/chaos.real.test.ts',
  'test/coordinator/dead-letters.real.test.ts',
  'test/bench/bench.real.test.ts',
  'test/gateway/lane.real.test.ts',
  'test/cli/order-goal.real.test.ts',
]

/** The longest files first, in that order; then all others in any, so that one that needs another fails here first. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { root, sequence } = this.ctx.config
    const gone = LONG.filter(path => !existsSync(join(root, path)))
    if (gone.length > 0) throw new Error(`test/harness/longest-first.ts names files that are not there: ${gone}`)
    this.ctx.logger.log(`files in the order of --sequence.seed=${sequence.seed}\n`)
    const random = seeded(`${sequence.seed}`)
    // Drawn over the paths in one order, because the disk gives them in any.
    return files
      .toSorted((one, other) => (one.moduleId < other.moduleId ? -1 : 1))
      .map(file => ({ file, rank: rankOf(file), lot: random.bits(64) }))
      .sort((one, other) => one.rank - other.rank || (one.lot < other.lot ? -1 : 1))
      .map(({ file }) => file)
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const rank = LONG.findIndex(path => moduleId.endsWith(`/${path}`))
  return rank < 0 ? LONG.length : rank
}
