import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { Watch } from '../../../coordinator/warning/watch.ts'
import { type Warning, warningKey } from '../../../protocol/alert.ts'
import type { TaskEntry } from '../../../protocol/events.ts'
import { type Hex, sha256 } from '../../../protocol/hash.ts'
import { usualThresholds } from '../../../protocol/supervision.ts'
import { Drive, planOf } from '../flow/drive.ts'

const chain = planOf([
  { id: 'one', deadlineMs: 900_000 },
  { id: 'two', deadlineMs: 900_000, after: ['one'] },
  { id: 'three', deadlineMs: 900_000, after: ['two'] },
])

/** A task that gets so far along the chain, as its log has it. */
function entriesOf(number: number, steps: number, budget: bigint, tookMs: number): TaskEntry[] {
  const drive = new Drive()
  const taskId = sha256(`task ${number}`)
  const entries: TaskEntry[] = []
  const log = () => {
    const first = entries.reduce((sum, { events }) => sum + events.length, 0)
    entries.push({ taskId, first, events: drive.history.slice(first) })
  }
  drive.planned(chain, { budget })
  log()
  for (const id of ['one', 'two', 'three'].slice(0, steps)) {
    drive.assign(id, ['7'])
    log()
    // It was beyond the budget, and the task has failed.
    if (drive.task.state === 'failed') return entries
    drive.nowMs += tookMs
    drive.result(id, '7', {})
    log()
  }
  return entries
}

/** What a watch warns of, shown again whatever it asks for. */
class Shown {
  readonly watch: Watch
  readonly #logs = new Map<Hex, TaskEntry[]>()

  constructor(mostBytes: number) {
    this.watch = new Watch(mostBytes)
  }

  take(entry: TaskEntry): void {
    const log = this.#logs.get(entry.taskId) ?? []
    this.#logs.set(entry.taskId, log)
    if (this.watch.isMissing(entry)) this.watch.showAgain(entry.taskId, log, log.length)
    this.watch.takeTask(entry, 1)
    log.push(entry)
  }

  warnings(atMs: number): Warning[] {
    const now = { atMs, thresholds: usualThresholds }
    const warnings = this.watch.warnings(now)
    for (const taskId of this.watch.wanted(now)) {
      this.watch.showAgain(taskId, this.#logs.get(taskId)!, this.#logs.get(taskId)!.length)
      warnings.push(...this.watch.warningsOf(taskId, now))
    }
    return warnings.sort((a, b) => (warningKey(a) < warningKey(b) ? -1 : 1))
  }
}

const task = fc.record({
  steps: fc.integer({ min: 0, max: 3 }),
  budget: fc.constantFrom(2_500n, 4_000n, 1_000_000n),
  tookMs: fc.integer({ min: 0, max: 900_000 }),
})
/** Enough of them for some to be let go of, however few are held. */
const tasks = fc.array(task, { minLength: 30, maxLength: 40 })

it('whoever holds few tasks warns of the same as whoever holds all, at any time', () => {
  let shownAgain = 0
  fc.assert(
    fc.property(tasks, fc.infiniteStream(fc.nat()), (all, draws) => {
      const logs = all.map(({ steps, budget, tookMs }, number) => entriesOf(number, steps, budget, tookMs))
      const [few, whole] = [new Shown(0), new Shown(Number.POSITIVE_INFINITY)]
      for (let left = logs.filter(log => log.length > 0); left.length > 0; ) {
        const entry = left[draws.next().value! % left.length]!.shift()!
        if (few.watch.isMissing(entry)) shownAgain++
        few.take(entry)
        whole.take(entry)
        left = left.filter(log => log.length > 0)
      }
      for (const atMs of [1_000, 3_000_000, 7_200_000, 8_300_000, 9_400_000, 10_000_000]) {
        const expected = whole.warnings(atMs)
        expect(whole.watch.wanted({ atMs, thresholds: usualThresholds })).toEqual([])
        expect(few.warnings(atMs)).toEqual(expected)
      }
    }),
    { numRuns: 20 },
  )
  expect(shownAgain).toBeGreaterThan(0)
})

it('asks only for those of which something may be wrong', () => {
  const watch = new Watch(0)
  const logs = Array.from({ length: 100 }, (_, number) => entriesOf(number, 0, 1_000_000n, 0))
  for (const entry of logs.flat()) watch.takeTask(entry, 1)
  expect(watch.wanted({ atMs: 1_000, thresholds: usualThresholds })).toEqual([])
  const atTheEnd = watch.wanted({ atMs: 9_000_000, thresholds: usualThresholds })
  expect(atTheEnd).toEqual(logs.slice(0, -16).map(([entry]) => entry!.taskId))
})
