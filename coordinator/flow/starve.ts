import type { TaskEvent } from '../../protocol/events.ts'
import { onceFor } from '../../protocol/once-for.ts'
import type { Plan, Subtask } from '../../protocol/plan.ts'
import { durationMs } from './check/limits.ts'
import { indexOf } from './plan-index.ts'
import type { SubtaskProgress } from './progress.ts'
import { mayBeginNow, readySinceMs } from './ready.ts'
import { totalDeadlineMs } from './retry.ts'
import { isEnded, type Task } from './state.ts'

/** A wait is warned of when so much of the time that it can spare is gone... */
const spareShare = 1 / 2
/** ...and where it can spare none, when so much of the time that is left is. */
const leftShare = 1 / 10

/**
 * What waits for a free place so long that its deadline is at risk, said once a wait: somebody is to see it while there is
 * time, and it moves ahead of what can wait.
 */
export function warnings(task: Task, atMs: number): TaskEvent[] {
  return patient(task).flatMap(subtask => {
    const { warnAtMs, sinceMs, dueMs } = patienceOf(task, subtask)
    if (warnAtMs > atMs) return []
    const attempt = task.subtasks.get(subtask.id)!.attempts + 1
    const due = Number.isFinite(dueMs) ? { dueMs } : {}
    return [{ type: 'StarvationWarned' as const, atMs, subtaskId: subtask.id, attempt, sinceMs, ...due }]
  })
}

/** When the next of them is due, or never. */
export function nextWarningMs(task: Task): number {
  return Math.min(Number.POSITIVE_INFINITY, ...patient(task).map(subtask => patienceOf(task, subtask).warnAtMs))
}

/** The deadline that waiting puts at risk: the task's, or that of all attempts of the subtask; infinite where there is none. */
export function dueMsOf(task: Task, subtask: Subtask): number {
  return patienceOf(task, subtask).dueMs
}

function patient(task: Task): Subtask[] {
  return mayBeginNow(task).filter(({ id }) => !task.subtasks.get(id)!.warned)
}

interface Patience {
  readonly sinceMs: number
  readonly warnAtMs: number
  readonly dueMs: number
}

function patienceOf(task: Task, subtask: Subtask): Patience {
  const progress = task.subtasks.get(subtask.id)!
  const sinceMs = readySinceMs(task, subtask)
  const ownMs = durationMs(subtask)
  const bounds = [
    // An ended task has no deadline any more for what takes it back.
    {
      dueMs: isEnded(task) ? Number.POSITIVE_INFINITY : task.submitted!.deadlineMs,
      needMs: () => needMs(task, progress, ownMs),
    },
    { dueMs: totalDeadlineMs(subtask, progress), needMs: () => ownMs },
  ].filter(({ dueMs }) => Number.isFinite(dueMs))
  if (bounds.length === 0) return { sinceMs, warnAtMs: sinceMs + ownMs, dueMs: Number.POSITIVE_INFINITY }
  const each = bounds.map(({ dueMs, needMs }) => {
    const leftMs = Math.max(0, dueMs - sinceMs)
    const spareMs = Math.max(0, leftMs - needMs())
    return { sinceMs, dueMs, warnAtMs: sinceMs + Math.ceil(Math.max(spareMs * spareShare, leftMs * leftShare)) }
  })
  return each.reduce((a, b) => (b.warnAtMs < a.warnAtMs ? b : a))
}

/** How long it takes from its start to the end of the plan when every first attempt uses all of its time. */
function needMs({ plan }: Task, { id, part }: SubtaskProgress, ownMs: number): number {
  // What comes after an item comes after its list.
  return ownMs + (tailsOf(plan!).get(part?.of ?? id) ?? 0)
}

/** The longest chain after each node. */
const tailsOf = onceFor((plan: Plan): ReadonlyMap<string, number> => {
  const { all, followers } = indexOf(plan)
  const known = new Map<string, number>()
  const tail = (id: string): number => {
    const found = known.get(id)
    if (found !== undefined) return found
    const longest = (followers.get(id) ?? []).reduce((ms, node) => Math.max(ms, durationMs(node) + tail(node.id)), 0)
    known.set(id, longest)
    return longest
  }
  return new Map([...all.keys()].map(id => [id, tail(id)]))
})
