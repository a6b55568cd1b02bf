import { BaseSequencer, type TestSpecification } from 'vitest/node'
import { seeded } from './seeded.ts'

/** Files of half a minute or more, by their end: the last of them, alone, would keep all other workers waiting. */
const LONG = [
  'chaos/chaos.real.test.ts',
  'scenarios/emergency-response.real.test.ts',
  'scenarios/templates/templates.real.test.ts',
  'bench/bench.real.test.ts',
  'cli/order-goal.real.test.ts',
  'coordinator/dead-letters.real.test.ts',
  'gateway/lane.real.test.ts',
  'coordinator/flow/model/model.unit.test.ts',
  'evidence/mutation.unit.test.ts',
]

/**
 * Files in any order, so that one that needs another fails here first; but those that take longest before all others.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { seed } = this.ctx.config.sequence
    this.ctx.logger.log(`files in the order of --sequence.seed=${seed}\n`)
    const random = seeded(`${seed}`)
    // Drawn over the paths in one order, because the disk gives them in any.
    const drawn = files
      .toSorted((one, other) => (one.moduleId < other.moduleId ? -1 : 1))
      .map(file => ({ file, long: isLong(file), lot: random.bits(64) }))
      .sort((one, other) => Number(other.long) - Number(one.long) || (one.lot < other.lot ? -1 : 1))
    return drawn.map(({ file }) => file)
  }
}

function isLong({ moduleId }: TestSpecification): boolean {
  return LONG.some(path => moduleId.endsWith(`/test/${path}`))
}
