import { setTimeout as sleep } from 'node:timers/promises'
import { adopt } from './adopt.ts'
import { fillGaps } from './fill.ts'
import { lookAfterAll } from './look-after.ts'
import type { Pipeline } from './pipeline.ts'
import { moveAll } from './pools/move.ts'
import { createSayAgain } from './reconcile/say-again.ts'

const TEND_MS = 250

/** Does what is due by time, until the gateway stops: what is to be moved, taken over, said again, looked for, filled. */
export async function tend(pipeline: Pipeline): Promise<void> {
  const { head, restoring, log, signal } = pipeline
  const sayAgain = createSayAgain(pipeline)
  while (!signal.aborted) {
    void pipeline.pools.refresh()
    moveAll(pipeline)
    adopt(pipeline)
    await sayAgain().catch(error => log.warn({ err: error }, 'an outcome is said again later'))
    if (head.responds()) {
      await restoring.tend(pipeline).catch(error => log.warn({ err: error }, 'what was lost is sent again later'))
      lookAfterAll(pipeline)
      pipeline.lane.tend()
      await fillGaps(pipeline).catch(error => log.warn({ err: error }, 'a gap is filled later'))
    }
    await sleep(TEND_MS, undefined, { signal }).catch(() => {})
  }
}
