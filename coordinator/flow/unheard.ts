import { underWay } from './expire.ts'
import { silentIn } from './silent.ts'
import { isEnded, type Task } from './state.ts'

/** An agent whose word on an attempt is awaited no longer. */
export interface Unheard {
  readonly subtaskId: string
  readonly agentId: string
  /** Until when it may have said it. */
  readonly deadlineMs: number
}

/** Those who would be called silent if time passed, and those whom the end of the task leaves unheard. */
export function unheardAt(task: Task, atMs: number): Unheard[] {
  const endMs = isEnded(task) ? Number.POSITIVE_INFINITY : task.submitted!.deadlineMs
  return underWay(task).flatMap(progress => {
    const { id: subtaskId, phase, phaseDeadlineMs } = progress
    const deadlineMs = Math.min(phaseDeadlineMs, endMs)
    const isAwaited = phase === 'executing' || phase === 'revealing'
    return isAwaited && deadlineMs <= atMs
      ? silentIn(progress).map(agentId => ({ subtaskId, agentId, deadlineMs }))
      : []
  })
}
