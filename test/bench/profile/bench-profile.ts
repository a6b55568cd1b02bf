import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SubmitTask } from '../../../protocol/commands.ts'
import { awaitProofs } from '../coordinator/await-proofs.ts'
import { orderChains, submitAll, withChainConsortium } from '../coordinator/chain-consortium.ts'
import type { Level } from '../coordinator/levels.ts'
import { endOfLogs, readSteps } from '../coordinator/read-steps.ts'
import type { BenchOptions } from '../options.ts'
import { printTable, type Row } from '../print-table.ts'
import { progress, progressDone } from '../progress.ts'
import { cpuMsOf } from './cpu-ticks.ts'
import { nowMicros, readProfile } from './read-profile.ts'

const limitMs = 120_000
const placesShown = 16

/** A process, and what it has had of the processors while the subtasks ran. */
interface Measured {
  readonly name: string
  readonly pid: number
  readonly cpuMs: number
}

/**
 * Where the microseconds of a subtask go: the time that each process had, and for those of ours, in whose code. Processes
 * are profiled from within by Node itself, which takes some of the time that it measures.
 */
export async function benchProfile({ level }: BenchOptions): Promise<null> {
  const dir = mkdtempSync(join(tmpdir(), 'entente-bench-profile-'))
  const before = process.env.NODE_OPTIONS
  // What we start inherits it; this process has begun without.
  process.env.NODE_OPTIONS = `${before ?? ''} --cpu-prof --cpu-prof-dir=${dir}`
  try {
    const { measured, completed, from, to } = await measureLoad(level)
    progressDone()
    printProcesses(measured, completed)
    printPlaces(dir, measured, completed, from, to)
    return null
  } finally {
    if (before === undefined) delete process.env.NODE_OPTIONS
    else process.env.NODE_OPTIONS = before
    rmSync(dir, { recursive: true, force: true })
  }
}

/** When it returns every process has ended, and left its profile. */
function measureLoad(level: Level) {
  return withChainConsortium(async consortium => {
    const { nc, members, stack } = consortium
    const processes = [
      ...members.map(({ name, pid }) => ({ name, pid })),
      ...stack.servers.map(({ name, pid }) => ({ name, pid })),
      { name: 'this one, which sends orders and waits', pid: process.pid },
    ]
    const run = async (orders: readonly SubmitTask[]) => {
      const ids = await submitAll(consortium, orders)
      await awaitProofs(nc, ids, limitMs)
      return ids
    }
    progress('warming up')
    await run(await orderChains(consortium, { inFlight: 16, steps: 10 }))
    progress('profiling')
    const orders = await orderChains(consortium, level)
    const after = await endOfLogs(nc)
    const before = processes.map(({ pid }) => cpuMsOf(pid))
    const from = nowMicros()
    const ids = await run(orders)
    const to = nowMicros()
    const measured = processes.map((each, index) => ({ ...each, cpuMs: cpuMsOf(each.pid) - before[index]! }))
    const { work } = await readSteps(nc, ids, after)
    progress('stopping')
    return { measured, completed: work.length, from, to }
  })
}

function printProcesses(measured: readonly Measured[], completed: number): void {
  const all = measured.reduce((sum, { cpuMs }) => sum + cpuMs, 0)
  const row = (name: string, cpuMs: number): Row => ({
    process: name,
    'CPU µs a subtask': Math.round((cpuMs * 1_000) / completed),
    share: `${Math.round((100 * cpuMs) / all)} %`,
  })
  const rows = measured.map(({ name, cpuMs }) => row(name, cpuMs))
  printTable([...rows, row('all', all)])
}

/** Microseconds a subtask, by whose code it was, for each role. */
function printPlaces(dir: string, measured: readonly Measured[], completed: number, from: number, to: number): void {
  const roles = new Map<string, Map<string, number>>()
  const totals = new Map<string, number>()
  for (const file of readdirSync(dir)) {
    const pid = Number(file.split('.')[3])
    const name = measured.find(each => each.pid === pid)?.name
    if (!name) continue
    const role = name.startsWith('agent-') ? 'agents' : name
    const spent = roles.get(role) ?? new Map<string, number>()
    for (const [place, micros] of readProfile(join(dir, file), from, to)) {
      spent.set(place, (spent.get(place) ?? 0) + micros)
      totals.set(place, (totals.get(place) ?? 0) + micros)
    }
    roles.set(role, spent)
  }
  const places = [...totals].sort(([, a], [, b]) => b - a).map(([place]) => place)
  const each = (micros: number) => Math.round(micros / completed)
  process.stdout.write('\nIn whose code: µs a subtask, by the samples of each process\n')
  printTable(
    places.slice(0, placesShown).map(place => ({
      code: place,
      ...Object.fromEntries([...roles].map(([role, spent]) => [role, each(spent.get(place) ?? 0)])),
      all: each(totals.get(place)!),
    })),
  )
}
