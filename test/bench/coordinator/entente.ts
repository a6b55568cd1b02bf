import type { Onlooker } from '../../../scenarios/consortium/consortium-options.ts'
import { quantile, type Row, seconds } from '../print-table.ts'
import { type ChainConsortium, withChainConsortium } from './chain-consortium.ts'
import { type Figures, figuresOf, type Level, levelLimitMs, spansBetween, warmUpFor } from './levels.ts'
import { endOfLogs, readSteps } from './read-steps.ts'
import { recordSteps, type SentBy } from './record-steps.ts'
import { runChains, warmUp } from './run-chains.ts'

/** Who is measured: a whole consortium, and one that nobody looks at, which has agents, coordinator, gateway and servers alone. */
const consortia = {
  Entente: [],
  'Entente, no API, no lookout': ['operator', 'lookout'],
} as const satisfies Record<string, readonly Onlooker[]>

export interface EntenteRun {
  readonly figures: readonly Figures[]
  /** What only Entente has. */
  readonly rows: readonly Row[]
  /** What is sent on the bus for some steps in a row. */
  readonly sent: SentBy
}

/** Chains of no-op subtasks, so many tasks at a time: signed, durable, and settled on chain like any other. */
export function measureEntente(system: keyof typeof consortia, levels: readonly Level[]): Promise<EntenteRun> {
  async function run(consortium: ChainConsortium): Promise<EntenteRun> {
    const { nc } = consortium

    async function measure(level: Level) {
      const { inFlight, steps } = level
      const after = await endOfLogs(nc)
      const { ids, startedMs } = await runChains(consortium, level, system)
      const { ends, work, proofs } = await readSteps(nc, ids, after, startedMs + levelLimitMs)
      const isCut = work.length < inFlight * steps
      const figures = figuresOf(system, level, spansBetween(ends.values()), isCut)
      const took = work.map(({ fromMs, toMs }) => toMs - fromMs)
      const sinceOrder = (times: readonly number[]) => seconds(times.reduce((a, b) => Math.max(a, b), 0) - startedMs)
      const row: Row = {
        'in flight': inFlight,
        subtasks: work.length,
        'subtasks/s': Math.round(figures.perSecond),
        'p50 ms': figures.p50Ms,
        'p99 ms': figures.p99Ms,
        'p50 ms, assigned to completed': quantile(took, 0.5),
        'p99 ms, assigned to completed': quantile(took, 0.99),
        'ordered to last subtask, s': sinceOrder(work.map(({ toMs }) => toMs)),
        'to last proof, s': proofs.length < inFlight ? 'not all' : sinceOrder(proofs),
      }
      return { figures, row }
    }

    const warm = warmUpFor(levels)
    await warmUp(consortium, warm, system)
    const recorded = async (level: Level) => {
      const recording = recordSteps(nc)
      await runChains(consortium, level, `${system}, recording`)
      return recording.stop()
    }
    const sent = { many: await recorded(warm.many), one: await recorded(warm.one) }
    const measured = []
    for (const level of levels) measured.push(await measure(level))
    return { figures: measured.map(({ figures }) => figures), rows: measured.map(({ row }) => row), sent }
  }
  return withChainConsortium(run, consortia[system])
}
