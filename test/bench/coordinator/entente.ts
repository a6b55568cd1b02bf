import { setTimeout as sleep } from 'node:timers/promises'
import { jetstreamManager } from '@nats-io/jetstream'
import type { Hex } from '../../../protocol/hash.ts'
import { streams } from '../../../protocol/subjects.ts'
import { quantile, type Row, seconds } from '../print-table.ts'
import { progress } from '../progress.ts'
import { startChain, withChainConsortium } from './chain-consortium.ts'
import { type Figures, figuresOf, type Level, levelLimitMs, spansBetween } from './levels.ts'
import { recordSteps, type Sent } from './record-steps.ts'
import { watchSteps } from './watch-steps.ts'

/** Settling and proving what a level left: not measured, and out of the next one's way. */
const restLimitMs = 60_000

export interface EntenteRun {
  readonly figures: readonly Figures[]
  /** What only Entente has. */
  readonly rows: readonly Row[]
  /** What is sent on the bus for some steps in a row. */
  readonly sent: readonly Sent[][]
}

/** Chains of no-op subtasks, so many tasks at a time: signed, durable, and settled on chain like any other. */
export function measureEntente(levels: readonly Level[]): Promise<EntenteRun> {
  return withChainConsortium(async consortium => {
    const { nc } = consortium
    const jsm = await jetstreamManager(nc)

    async function measure(level: Level) {
      const ids = new Set<Hex>()
      const { state } = await jsm.streams.info(streams.tasks)
      const watching = watchSteps(nc, ids, state.last_seq)
      const { seen } = watching
      const [startedMs, wanted] = [performance.now(), level.inFlight * level.steps]
      const elapsedMs = () => performance.now() - startedMs
      const starting = Array.from({ length: level.inFlight }, async () =>
        ids.add(await startChain(consortium, level.steps)),
      )
      const started = Promise.all(starting)
      while (seen.completed < wanted && elapsedMs() < levelLimitMs) {
        progress(`Entente, ${level.inFlight} in flight: ${seen.completed} of ${wanted} subtasks`)
        await Promise.race([sleep(500), started.then(() => sleep(50))])
      }
      const isCut = seen.completed < wanted
      const figures = figuresOf('Entente', level, spansBetween(seen.ends.values()), isCut)
      const work = seen.work.map(({ fromMs, toMs }) => toMs - fromMs)
      const doneMs = elapsedMs()
      while (seen.proven < level.inFlight && elapsedMs() < doneMs + restLimitMs) {
        progress(`Entente, ${level.inFlight} in flight: ${seen.proven} of ${level.inFlight} tasks proven`)
        await sleep(200)
      }
      const provenMs = elapsedMs()
      await started
      await watching.stop()
      const row: Row = {
        'in flight': level.inFlight,
        subtasks: work.length,
        'subtasks/s': Math.round(figures.perSecond),
        'p50 ms': figures.p50Ms,
        'p99 ms': figures.p99Ms,
        'p50 ms, assigned to completed': quantile(work, 0.5),
        'p99 ms, assigned to completed': quantile(work, 0.99),
        'ordered to last subtask, s': seconds(doneMs),
        'to last proof, s': seen.proven < level.inFlight ? 'not all' : seconds(provenMs),
      }
      return { figures, row }
    }

    await measure({ inFlight: 8, steps: 10 })
    const recording = recordSteps(nc)
    const alone = { inFlight: 1, steps: 20 }
    await measure(alone)
    const sent = recording.stop()
    const measured = []
    for (const level of levels) measured.push(await measure(level))
    return { figures: measured.map(({ figures }) => figures), rows: measured.map(({ row }) => row), sent }
  })
}
