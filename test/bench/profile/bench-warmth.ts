import { withChainConsortium } from '../coordinator/chain-consortium.ts'
import type { BenchOptions } from '../options.ts'
import type { Row } from '../print-table.ts'
import { progressDone } from '../progress.ts'
import { type Measured, measureProcesses, microsEach } from './measure-processes.ts'

/** What a subtask takes, round after round of the same chains, by processes that have just been started. */
export function benchWarmth({ level, rounds, coordinators }: BenchOptions): Promise<Row[]> {
  return withChainConsortium(
    async consortium => {
      for (let more = 1; more < coordinators; more++) await consortium.startCoordinator()
      const rows: Row[] = []
      for (let [round, before] = [1, 0]; round <= rounds; round++) {
        const measured = await measureProcesses(consortium, level, `round ${round} of ${rounds}`)
        rows.push(rowOf(before, measured))
        before += measured.completed
      }
      progressDone()
      return rows
    },
    ['operator', 'lookout'],
  )
}

function rowOf(before: number, { processes, completed, figures }: Measured): Row {
  const of = (...kinds: string[]) => {
    const some = processes.filter(({ name }) => kinds.some(kind => name.startsWith(kind)))
    return microsEach(
      some.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
      completed,
    )
  }
  return {
    'subtasks before': before,
    'steps/s': Math.round(figures.perSecond),
    'coordinator µs': of('coordinator'),
    'agents µs': of('agent-'),
    'nats-server µs': of('nats'),
    'gateway and anvil µs': of('gateway', 'anvil'),
  }
}
