import { type ChainConsortium, orderChains } from '../coordinator/chain-consortium.ts'
import { type Figures, figuresOf, type Level, spansBetween } from '../coordinator/levels.ts'
import { endOfLogs, readSteps } from '../coordinator/read-steps.ts'
import { runOrders } from '../coordinator/run-chains.ts'
import type { Row } from '../print-table.ts'
import { cpuMsOf } from './cpu-ticks.ts'
import { nowMicros } from './read-profile.ts'

/** A process, and what it has had of the processors while the subtasks ran. */
export interface Used {
  readonly name: string
  readonly pid: number
  readonly cpuMs: number
}

export interface Measured {
  readonly processes: readonly Used[]
  /** Subtasks. */
  readonly completed: number
  readonly figures: Figures
  /** When it began and ended, as profiles have it. */
  readonly from: number
  readonly to: number
}

/** Runs a level until all of it is proven: what that took each process, by the operating system's count. */
export async function measureProcesses(consortium: ChainConsortium, level: Level, doing: string): Promise<Measured> {
  const { nc, members, stack } = consortium
  const processes = [
    ...members.map(({ name, pid }) => ({ name, pid })),
    ...stack.servers.map(({ name, pid }) => ({ name, pid })),
    { name: 'this one, which sends orders and waits', pid: process.pid },
  ]
  const orders = await orderChains(consortium, level)
  const after = await endOfLogs(nc)
  const before = processes.map(({ pid }) => cpuMsOf(pid))
  const from = nowMicros()
  const { ids } = await runOrders(consortium, orders, doing)
  const to = nowMicros()
  const used = processes.map((each, index) => ({ ...each, cpuMs: cpuMsOf(each.pid) - before[index]! }))
  const { ends, work } = await readSteps(nc, ids, after)
  const figures = figuresOf('Entente', level, spansBetween(ends.values()))
  return { processes: used, completed: work.length, figures, from, to }
}

/** A row for each process, and one for all. */
export function rowsOf(processes: readonly Used[], completed: number): Row[] {
  const all = processes.reduce((sum, { cpuMs }) => sum + cpuMs, 0)
  const row = (name: string, cpuMs: number): Row => ({
    process: name,
    'CPU µs a subtask': microsEach(cpuMs, completed),
    share: `${Math.round((100 * cpuMs) / all)} %`,
  })
  return [...processes.map(({ name, cpuMs }) => row(name, cpuMs)), row('all', all)]
}

export const microsEach = (cpuMs: number, completed: number) => Math.round((cpuMs * 1_000) / completed)
