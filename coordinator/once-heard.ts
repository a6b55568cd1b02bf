import type { Hex } from '../protocol/hash.ts'
import type { Command } from './flow/command.ts'
import { nextDeadlineMs } from './flow/expire.ts'
import { type MissHeartbeat, missHeartbeat } from './flow/heartbeat.ts'
import type { Task } from './flow/state.ts'
import { type Unheard, unheardAt } from './flow/unheard.ts'
import type { Handle } from './handle.ts'

/** Takes what these have said in time, if it is in the stream. */
export type HearUnheard = (taskId: Hex, unheard: readonly Unheard[]) => Promise<void>

/** What is said of silence: of whom it would be, and the command. */
interface OfSilence {
  readonly unheard: (task: Task, atMs: number) => readonly Unheard[]
  readonly command: (atMs: number) => Command
}

/** Lets time pass for a task; when it next matters to it, or null. */
export async function letTimePass(handle: Handle, hear: HearUnheard, taskId: Hex): Promise<number | null> {
  const ofSilence = { unheard: unheardAt, command: (atMs: number) => ({ type: 'passTime', atMs }) as const }
  return nextDeadlineMs(await onceHeard(handle, hear, taskId, ofSilence))
}

/** Gives up agents of whom no heartbeat was heard. */
export async function giveUp(handle: Handle, hear: HearUnheard, taskId: Hex, miss: MissHeartbeat): Promise<void> {
  await onceHeard(handle, hear, taskId, {
    unheard: (task, atMs) =>
      missHeartbeat(task, { ...miss, atMs }).flatMap(({ subtaskId, silent }) =>
        silent.map(agentId => ({ subtaskId, agentId, deadlineMs: atMs })),
      ),
    command: atMs => ({ type: 'missHeartbeat', ...miss, atMs }),
  })
}

/**
 * Calls nobody silent who was not heard first: a coordinator that was away, or has much to do, may see a time pass before it sees what
 * was said within it.
 */
async function onceHeard(handle: Handle, hear: HearUnheard, taskId: Hex, ofSilence: OfSilence): Promise<Task> {
  const heard = new Set<string>()
  for (;;) {
    const atMs = Date.now()
    let unheard: readonly Unheard[] = []
    const task = await handle(taskId, current => {
      if (!current.submitted) return null
      unheard = ofSilence.unheard(current, atMs).filter(each => !heard.has(keyOf(each)))
      return unheard.length > 0 ? null : ofSilence.command(atMs)
    })
    if (unheard.length === 0) return task
    await hear(taskId, unheard)
    for (const each of unheard) heard.add(keyOf(each))
  }
}

const keyOf = ({ subtaskId, agentId }: Unheard) => `${subtaskId}/${agentId}`
