import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { withChainConsortium } from '../coordinator/chain-consortium.ts'
import { type Level, warmUpFor } from '../coordinator/levels.ts'
import { warmUp } from '../coordinator/run-chains.ts'
import type { BenchOptions } from '../options.ts'
import { printTable } from '../print-table.ts'
import { progress, progressDone } from '../progress.ts'
import { measureProcesses, rowsOf, type Used } from './measure-processes.ts'
import { readProfile } from './read-profile.ts'

const placesShown = 16

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
    const { processes, completed, from, to } = await measureLoad(level)
    progressDone()
    printTable(rowsOf(processes, completed))
    printPlaces(dir, processes, completed, from, to)
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
    await warmUp(consortium, warmUpFor([level]), 'Entente')
    const measured = await measureProcesses(consortium, level, 'profiling')
    progress('stopping')
    return measured
  })
}

/** Microseconds a subtask, by whose code it was, for each role. */
function printPlaces(dir: string, processes: readonly Used[], completed: number, from: number, to: number): void {
  const roles = new Map<string, Map<string, number>>()
  const totals = new Map<string, number>()
  for (const file of readdirSync(dir)) {
    const pid = Number(file.split('.')[3])
    const name = processes.find(each => each.pid === pid)?.name
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
