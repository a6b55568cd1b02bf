import { contentHash } from '../../../protocol/canonical.ts'
import type { TaskEvent, TaskEventOf } from '../../../protocol/events.ts'
import { haltsOf, type Plan } from '../../../protocol/plan.ts'
import { evaluateOnce } from '../evaluate-once.ts'
import { overviewOf } from '../overview.ts'
import { hasEnded, untouched } from '../progress.ts'
import type { Task } from '../state.ts'
import { type Rest, replaceRest, restFaults } from './replace.ts'

type Fallback = NonNullable<Plan['otherwise']>[number]
type Replanned = TaskEventOf<'TaskReplanned'>

/** Whether the order, and the template that it names, let the rest of the plan be replaced once more. */
export function mayReplan({ submitted, replanning }: Task): boolean {
  const { replan } = submitted!.spec.policy
  return replan === undefined || replanning.made < replan.max
}

/** The first fallback whose occasion has come, and whose rest fits what has become of the task. */
export function fallbackDue(task: Task, atMs: number): TaskEvent | null {
  const { otherwise } = task.plan!
  if (!otherwise || !mayReplan(task)) return null
  for (const fallback of otherwise) {
    const why = occasionOf(task, fallback)
    if (why === null || restFaults(task, fallback, atMs).length > 0) continue
    return replanned(task, fallback, { why, by: { fallback: fallback.id } }, atMs)
  }
  return null
}

/** What has happened that it is for; null where that has not. */
function occasionOf(task: Task, { failed, after, when }: Fallback): string | null {
  if (failed) {
    const broken = task.overview.live.find(({ progress: { id, phase, part } }) => {
      return phase === 'failed' && (failed.includes(id) || (part !== null && failed.includes(part.of)))
    })
    return broken ? `subtask ${broken.progress.id} failed` : null
  }
  if (!after!.every(id => hasEnded(task.subtasks.get(id)))) return null
  return evaluateOnce(task, when!)?.value === true ? `after ${after!.join(', ')}: ${when}` : null
}

/** The event that replaces the rest; a fallback is taken up once. */
export function replanned(task: Task, rest: Rest, { why, by }: Pick<Replanned, 'why' | 'by'>, atMs: number): Replanned {
  const { otherwise = [], ...made } = replaceRest(task, rest)
  const left = otherwise.filter(({ id }) => !('fallback' in by) || id !== by.fallback)
  const plan: Plan = { ...made, ...(left.length > 0 ? { otherwise: left } : {}) }
  const stays = new Set([...plan.subtasks, ...haltsOf(plan)].map(({ id }) => id))
  const before = [...task.plan!.subtasks, ...haltsOf(task.plan!)].map(({ id }) => id)
  return {
    type: 'TaskReplanned',
    atMs,
    oldPlanHash: task.replanning.planHash!,
    plan,
    planHash: contentHash(plan),
    added: [...stays].filter(id => !before.includes(id)),
    dropped: before
      .filter(id => !stays.has(id))
      .map(subtaskId => {
        const { attempts, phase } = task.subtasks.get(subtaskId)!
        return { subtaskId, attempt: attempts, phase }
      }),
    why,
    by,
  }
}

/** The task with its new plan. Of what was given up there stays what agents did wrong in it, and that its id was used. */
export function withNewPlan(task: Task, { plan, planHash, added, dropped, atMs }: Replanned): Task {
  let { subtasks } = task
  for (const { subtaskId } of dropped) {
    const progress = subtasks.get(subtaskId) ?? untouched(subtaskId)
    const over = { phase: 'dropped' as const, phaseDeadlineMs: Number.POSITIVE_INFINITY, sinceMs: atMs }
    subtasks = subtasks.set(subtaskId, { ...progress, ...over, approval: null })
  }
  for (const id of added) subtasks = subtasks.set(id, untouched(id))
  const replanning = { planHash, made: task.replanning.made + 1, sought: null, refused: null }
  const next: Task = { ...task, plan, subtasks, replanning, openSinceMs: atMs }
  const overview = overviewOf(next)
  const asking = overview.live.some(({ progress: { phase } }) => phase === 'approving' || phase === 'asking')
  return { ...next, overview, state: asking ? 'input-required' : 'working' }
}
