import { isAwaited, underWay } from './expire.ts'
import { awaitedMakers, lacksKeys } from './seal/ask-keys.ts'
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
    const { id: subtaskId, phaseDeadlineMs, keys } = progress
    const untilMs = Math.min(phaseDeadlineMs, endMs)
    if (!isAwaited(progress) || untilMs > atMs) return []
    // Who waits for keys has been told nothing yet.
    const isForKeys = lacksKeys(progress)
    const deadlineMs = isForKeys ? Math.min(keys?.asked.deadlineMs ?? untilMs, untilMs) : untilMs
    const silent = isForKeys ? awaitedMakers(progress) : silentIn(progress)
    return silent.map(agentId => ({ subtaskId, agentId, deadlineMs }))
  })
}
