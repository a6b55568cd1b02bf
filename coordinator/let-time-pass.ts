import type { Hex } from '../protocol/hash.ts'
import { nextDeadlineMs } from './flow/expire.ts'
import { type Unheard, unheardAt } from './flow/unheard.ts'
import type { Handle } from './handle.ts'

/** Takes what these have said in time, if it is in the stream. */
export type HearUnheard = (taskId: Hex, unheard: readonly Unheard[]) => Promise<void>

/**
 * Lets time pass for a task, once everybody was heard who would be called silent: a coordinator that was away, or has much to do, may
 * see a deadline pass before it sees what was said in time.
 *
 * @returns when time next matters to it, or null
 */
export async function letTimePass(handle: Handle, hear: HearUnheard, taskId: Hex): Promise<number | null> {
  const heard = new Set<string>()
  for (;;) {
    const atMs = Date.now()
    let unheard: Unheard[] = []
    const task = await handle(taskId, current => {
      if (!current.submitted) return null
      unheard = unheardAt(current, atMs).filter(each => !heard.has(keyOf(each)))
      return unheard.length > 0 ? null : { type: 'passTime', atMs }
    })
    if (unheard.length === 0) return nextDeadlineMs(task)
    await hear(taskId, unheard)
    for (const each of unheard) heard.add(keyOf(each))
  }
}

const keyOf = ({ subtaskId, agentId, deadlineMs }: Unheard) => `${subtaskId}/${agentId}/${deadlineMs}`
