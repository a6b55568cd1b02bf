import type { Warning } from '../../../protocol/alert.ts'
import type { Hex } from '../../../protocol/hash.ts'
import type { Halt, Subtask } from '../../../protocol/plan.ts'
import { durationMs } from '../../flow/check/limits.ts'
import { indexOf } from '../../flow/plan-index.ts'
import { hasEnded, type SubtaskProgress } from '../../flow/progress.ts'
import type { Task } from '../../flow/state.ts'
import { seconds } from '../against-past.ts'
import type { Rule } from '../rule.ts'

/** How many times a skill took are remembered. */
const kept = 32

/** The end of a task's time, and the most that what is left of it may take. */
interface Bound {
  readonly deadlineMs: number
  readonly mostMs: number
}

/** What is left of a task's critical path takes longer than there is time. */
export function deadlineAtRisk(): Rule {
  const times = new Map<string, number[]>()
  /** Of each skill, as `slowestUsual` has it, from when it is asked for until another time is known. */
  const slowest = new Map<string, number | null>()
  const slowestOf = (skill: string) => {
    const known = slowest.get(skill)
    if (known !== undefined) return known
    const found = slowestUsual(times.get(skill) ?? [])
    slowest.set(skill, found)
    return found
  }
  const letGo = new Map<Hex, Bound>()
  const usualMs: WholeMs = node => {
    const mostMs = durationMs(node)
    return 'skill' in node ? Math.min(mostMs, slowestOf(node.skill) ?? mostMs) : mostMs
  }
  return {
    observe(observed) {
      if (observed.kind !== 'event') return
      const { event, before } = observed
      letGo.delete(before.taskId)
      if (event.type !== 'SubtaskAgreed') return
      const assigned = before.subtasks.get(event.subtaskId)?.assigned
      if (!assigned) return
      const known = [...(times.get(assigned.skill) ?? []), event.atMs - assigned.atMs].slice(-kept)
      times.set(assigned.skill, known)
      slowest.delete(assigned.skill)
    },
    ofTask: (task, { atMs, thresholds }) => warningOf(task, atMs, usualMs, thresholds['deadline-at-risk']),
    letGo(task, atMs) {
      if (!task.submitted || !task.plan) return
      const { needMs } = criticalPath(task, (node, progress) => mostRestMs(progress, atMs, durationMs(node)))
      letGo.set(task.taskId, { deadlineMs: task.submitted.deadlineMs, mostMs: needMs })
    },
    mayWarn(taskId, { atMs, thresholds }) {
      const bound = letGo.get(taskId)
      if (!bound) return false
      return bound.mostMs > Math.max(0, bound.deadlineMs - atMs) * thresholds['deadline-at-risk'].share
    },
  }
}

type WholeMs = (node: Subtask | Halt) => number

/** Nine of ten took no longer; null where too few are known. */
function slowestUsual(known: readonly number[]): number | null {
  if (known.length < 5) return null
  return [...known].sort((a, b) => a - b)[Math.floor(known.length * 0.9)]!
}

function warningOf(
  task: Task,
  atMs: number,
  usualMs: WholeMs,
  { share, critical }: { readonly share: number; readonly critical: number },
): Warning | null {
  if (!task.submitted || !task.plan) return null
  const end = criticalPath(task, (node, progress) => restMs(progress, atMs, usualMs(node)))
  const { needMs } = end
  const leftMs = Math.max(0, task.submitted.deadlineMs - atMs)
  if (end.id === null || needMs <= leftMs * share) return null
  const path = pathTo(end)
  return {
    code: 'deadline-at-risk',
    about: { taskId: task.taskId, subtaskId: path[0]! },
    severity: needMs > leftMs * share * critical ? 'critical' : 'warning',
    cause: `${path.join(', ')} may take ${seconds(needMs)}, and ${seconds(leftMs)} are left`,
    figures: { needMs, leftMs, subtasks: path.length },
    suggestion: 'See what the first of them waits for; free an agent for it, or tell whoever waits for the task.',
  }
}

type RestMs = (node: Subtask | Halt, progress: SubtaskProgress) => number

/** The end of a chain of what has not ended, and how long all of it takes. */
interface End {
  readonly needMs: number
  /** Null where there is nothing in the chain. */
  readonly id: string | null
  readonly before: End | null
}

const nothing: End = { needMs: 0, id: null, before: null }

/** The longest chain of what has not ended, from now on. */
function criticalPath(task: Task, restOf: RestMs): End {
  const nodes = indexOf(task.plan!).all
  const known = new Map<string, End>()
  const until = (id: string): End => {
    const found = known.get(id)
    if (found) return found
    const node = nodes.get(id)
    const progress = task.subtasks.get(id)
    const before = longest(node?.after ?? [], until)
    const isOver = !node || !progress || hasEnded(progress)
    const end = isOver ? nothing : { needMs: before.needMs + restOf(node, progress), id, before }
    known.set(id, end)
    return end
  }
  return longest(nodes.keys(), until)
}

function longest(ids: Iterable<string>, until: (id: string) => End): End {
  let most = nothing
  for (const id of ids) {
    const end = until(id)
    if (end.needMs > most.needMs) most = end
  }
  return most
}

function pathTo({ id, before }: End): string[] {
  return id === null ? [] : [...pathTo(before!), id]
}

/** What one that is under way beyond its usual time still takes, nobody knows: at most to the end of its phase. */
function restMs(progress: SubtaskProgress, atMs: number, wholeMs: number): number {
  const { phase, sinceMs, assigned } = progress
  const untilPhaseEnds = untilPhaseEndsMs(progress, atMs)
  if (phase === 'waiting') return untilPhaseEnds + wholeMs
  if (phase === 'agreed') return 0
  if (phase === 'expanded') return Math.max(0, wholeMs - (atMs - sinceMs))
  const leftMs = wholeMs - (atMs - (assigned?.atMs ?? sinceMs))
  return leftMs > 0 ? Math.min(leftMs, untilPhaseEnds) : untilPhaseEnds
}

/** No less than `restMs` says then, or later, whatever its skill usually takes by then. */
function mostRestMs(progress: SubtaskProgress, atMs: number, mostMs: number): number {
  const isUnderWay = !['waiting', 'agreed', 'expanded'].includes(progress.phase)
  return isUnderWay ? untilPhaseEndsMs(progress, atMs) : restMs(progress, atMs, mostMs)
}

function untilPhaseEndsMs({ phaseDeadlineMs }: SubtaskProgress, atMs: number): number {
  return Number.isFinite(phaseDeadlineMs) ? Math.max(0, phaseDeadlineMs - atMs) : 0
}
