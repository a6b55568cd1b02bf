import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readHazardFile } from '../../agents/hazard/read-hazard-file.ts'
import { startConsortium } from '../../scenarios/consortium/start-consortium.ts'
import { castOf } from '../../scenarios/emergency-response/cast.ts'
import { prepare, respond } from '../../scenarios/emergency-response/respond.ts'
import { readConfig } from '../../stack/config.ts'
import { openLog } from '../../stack/log.ts'
import { quantile, type Row, seconds } from './print-table.ts'

const runs = 20
const katrina = fileURLToPath(
  new URL('../../scenarios/emergency-response/data/storms/hurdat2-katrina-2005.csv', import.meta.url),
)

/** Twenty responses to Katrina, one after the other, each under a plan of its own; the first warms everything up. */
export async function benchTask(): Promise<Row[]> {
  const config = readConfig({ LOG_LEVEL: 'warn' })
  const dir = mkdtempSync(join(tmpdir(), 'entente-bench-'))
  const onDeath = (death: Error) => {
    throw death
  }
  const consortium = await startConsortium({ config, cast: castOf(null), dir, onStep: () => {}, onDeath })
  try {
    const log = openLog('bench', { LOG_LEVEL: 'silent' })
    const hazard = await readHazardFile(katrina, { at: new Date('2005-08-28T12:00Z'), now: new Date() })
    const opened: number[] = []
    const agreed: number[] = []
    const proven: number[] = []
    for (let run = 0; run <= runs; run++) {
      const planId = await prepare(consortium, `Benchmark, run ${run}`)
      const startedMs = Date.now()
      const note = (into: number[]) => run > 0 && into.push(Date.now() - startedMs)
      await respond(
        consortium,
        planId,
        hazard,
        {
          onAttested() {},
          onEvent({ type }) {
            if (type === 'TaskFunded') note(opened)
            if (type === 'TaskCompleted') note(agreed)
          },
          approve: async () => true,
        },
        log,
      )
      note(proven)
    }
    const row = (what: string, values: number[], limit: string | number): Row => ({
      what,
      runs: values.length,
      'median s': seconds(quantile(values, 0.5)),
      'p95 s': seconds(quantile(values, 0.95)),
      'limit s': limit,
    })
    return [
      row('attested, and opened by the contract', opened, ''),
      row('agreed result', agreed, 3),
      row('settled, anchored and bundled', proven, ''),
    ]
  } finally {
    await consortium.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}
