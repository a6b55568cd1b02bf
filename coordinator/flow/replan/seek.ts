import type { TaskEvent, TaskEventOf } from '../../../protocol/events.ts'
import type { Hex } from '../../../protocol/hash.ts'
import type { Task } from '../state.ts'
import { type Rest, restFaults } from './replace.ts'
import { mayReplan, replanned } from './replan.ts'

/** For a model to answer in, with what is wrong told to it, and for a coordinator that takes over from one that died. */
const seekMs = 240_000
const inVain = 'none came in time'

/** Where the order lets a model be asked and it was not in vain before, what failed asks for another plan. */
export function seekReplan(task: Task, why: string, atMs: number): TaskEvent | null {
  const { replan } = task.submitted!.spec.policy
  const { planHash, refused } = task.replanning
  if (replan?.by !== 'model' || refused !== null || !mayReplan(task)) return null
  const broken = task.overview.live.filter(({ progress }) => progress.phase === 'failed')
  const failed = broken.map(({ progress }) => progress.id)
  return { type: 'ReplanSought', atMs, planHash: planHash!, failed, why, deadlineMs: atMs + seekMs }
}

export interface ReplanByModel {
  readonly atMs: number
  /** The plan that it is to replace. */
  readonly planHash: Hex
  readonly rest: Rest
  /** Content hash of the record of what the model was told, and answered. */
  readonly planning: Hex
}

/** What a model answered takes the place of the rest, if it is still sought and fits what the task has become meanwhile. */
export function replanByModel(task: Task, { atMs, planHash, rest, planning }: ReplanByModel): TaskEvent[] {
  const { sought } = task.replanning
  if (sought?.planHash !== planHash || restFaults(task, rest, atMs).length > 0) return []
  return [replanned(task, rest, { why: sought.why, by: { planning } }, atMs)]
}

export function refuseReplan(task: Task, { atMs, planHash, reason }: { atMs: number; planHash: Hex; reason: string }) {
  const refused: TaskEvent = { type: 'ReplanRefused', atMs, planHash, reason }
  return task.replanning.sought?.planHash === planHash ? [refused] : []
}

/** When the time for a model's answer is over. */
export function soughtUntilMs({ replanning }: Pick<Task, 'replanning'>): number {
  return replanning.sought?.deadlineMs ?? Number.POSITIVE_INFINITY
}

/** No plan came in time. */
export function soughtInVain(task: Task, atMs: number): TaskEvent[] {
  const { sought } = task.replanning
  if (!sought || sought.deadlineMs > atMs) return []
  return [{ type: 'ReplanRefused', atMs, planHash: sought.planHash, reason: inVain }]
}

/** Whether it was time that refused it. */
export function isInVain({ replanning: { sought } }: Task, { atMs, reason }: TaskEventOf<'ReplanRefused'>): boolean {
  return sought !== null && sought.deadlineMs <= atMs && reason === inVain
}
