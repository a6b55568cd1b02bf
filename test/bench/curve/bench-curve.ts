import { writeFileSync } from 'node:fs'
import { signingDomain } from '../../../protocol/documents.ts'
import { writeWaitingTasks } from '../../harness/waiting-tasks.ts'
import { awaitProofs } from '../coordinator/await-proofs.ts'
import { type ChainConsortium, orderChains, submitAll, withChainConsortium } from '../coordinator/chain-consortium.ts'
import { figuresOf, spansBetween } from '../coordinator/levels.ts'
import { endOfLogs, readSteps } from '../coordinator/read-steps.ts'
import type { BenchOptions } from '../options.ts'
import type { Row } from '../print-table.ts'
import { progress, progressDone } from '../progress.ts'
import { drawCurve } from './draw-curve.ts'
import { startMeasuredCoordinator } from './measured-coordinator.ts'

/** Work on top of the open tasks. */
const load = { inFlight: 64, steps: 10 }
const loadLimitMs = 120_000

/** One coordinator with ever more open tasks that wait: what it holds, how it takes over, and what work on top costs. */
export async function benchCurve({ open, picture }: BenchOptions): Promise<Row[]> {
  const rows = await withChainConsortium(async consortium => {
    const { nc, chain, accounts } = consortium
    const domain = signingDomain(chain.chainId, chain.contractRegistry)
    const { privateKey } = accounts.admins.get('first')!
    // Its readers stay on the bus, for the next to go on with; and nobody works at the tasks while they are written.
    await consortium.coordinator.stop()
    const points: Row[] = []
    let written = 0
    for (const count of open) {
      for (; written < count; written += Math.min(1_000, count - written)) {
        progress(`${count} open tasks: ${written} written`)
        const more = Math.min(1_000, count - written)
        await writeWaitingTasks(nc, { domain, domainId: 'first', privateKey }, more)
      }
      points.push(await measurePoint(consortium, count))
    }
    return points
  })
  progressDone()
  writeFileSync(picture, drawCurve(rows))
  process.stderr.write(`${picture} shows it\n`)
  return rows
}

async function measurePoint(consortium: ChainConsortium, open: number): Promise<Row> {
  progress(`${open} open tasks, taking over`)
  const coordinator = await startMeasuredCoordinator(consortium)
  try {
    const { tookOverMs, heldBytes, rssBytes, peakBytes, cpuMs } = coordinator.standing
    progress(`${open} open tasks, work on top`)
    const before = (await coordinator.cost()).cpuMs
    const { perSecond, p50Ms, completed } = await work(consortium)
    const after = (await coordinator.cost()).cpuMs
    const mega = (bytes: number) => Math.round(bytes / 100_000) / 10
    return {
      'open tasks': open,
      'take over s': Math.round(tookOverMs / 10) / 100,
      'CPU s': Math.round(cpuMs / 10) / 100,
      'held MB': mega(heldBytes),
      'resident MB': mega(rssBytes),
      'peak MB': mega(peakBytes),
      'subtasks/s': Math.round(perSecond),
      'p50 ms': p50Ms,
      'CPU ms a subtask': (after - before) / completed,
    }
  } finally {
    await coordinator.stop()
  }
}

/** Chains of no-op subtasks, as the bench of the coordinator has them, until all are proven. */
async function work(consortium: ChainConsortium) {
  const { nc } = consortium
  const after = await endOfLogs(nc)
  const ids = await submitAll(consortium, await orderChains(consortium, load))
  await awaitProofs(nc, ids, loadLimitMs)
  const { ends, work } = await readSteps(nc, ids, after)
  const { perSecond, p50Ms } = figuresOf('Entente', load, spansBetween(ends.values()))
  return { perSecond, p50Ms, completed: work.length }
}
