import { EntenteError } from '../protocol/errors.ts'
import type { Hex } from '../protocol/hash.ts'
import type { Command } from './flow/command.ts'
import { toExcuse } from './flow/excuse.ts'
import { nextDeadlineMs } from './flow/expire.ts'
import { type MissHeartbeat, missHeartbeat } from './flow/heartbeat.ts'
import type { Task } from './flow/state.ts'
import { type Unheard, unheardAt } from './flow/unheard.ts'
import type { Handle } from './handle.ts'
import type { Hearing } from './hearing.ts'

/** A bus that takes longer to say what it has stood still, or we did. */
const slowMs = 1_000

export interface Ear {
  readonly handle: Handle
  readonly hearing: Hearing
  /** Takes what these have said in time, if it is in the stream. */
  readonly hearFirst: (taskId: Hex, unheard: readonly Unheard[]) => Promise<void>
}

/** What is said of silence: of whom it would be, how they are heard first, and the commands. */
interface OfSilence {
  readonly unheard: (task: Task, atMs: number) => readonly Unheard[]
  readonly hear: (unheard: readonly Unheard[], sinceMs: number) => Promise<void>
  readonly commands: (task: Task, atMs: number) => readonly Command[]
}

/** Lets time pass for a task, and excuses whom this coordinator could not hear; when time next matters to it, or null. */
export async function letTimePass({ handle, hearing, hearFirst }: Ear, taskId: Hex): Promise<number | null> {
  const ofSilence: OfSilence = {
    unheard: unheardAt,
    async hear(unheard, sinceMs) {
      await hearFirst(taskId, unheard)
      if (Date.now() - sinceMs > slowMs) hearing.lost()
      await hearing.back()
    },
    commands(task, atMs) {
      const excused = toExcuse(task, atMs, hearing.sinceMs(taskId))
      return [...excused.map(each => ({ type: 'excuse', atMs, ...each }) as const), { type: 'passTime', atMs }]
    },
  }
  try {
    return nextDeadlineMs(await onceHeard(handle, taskId, ofSilence))
  } catch (error) {
    if (!(error instanceof EntenteError)) hearing.lost()
    throw error
  }
}

/** Gives up agents of whom no heartbeat was heard. */
export async function giveUp({ handle, hearFirst }: Ear, taskId: Hex, miss: MissHeartbeat): Promise<void> {
  await onceHeard(handle, taskId, {
    unheard: (task, atMs) =>
      missHeartbeat(task, { ...miss, atMs }).flatMap(({ subtaskId, silent }) =>
        silent.map(agentId => ({ subtaskId, agentId, deadlineMs: atMs })),
      ),
    hear: unheard => hearFirst(taskId, unheard),
    commands: (_, atMs) => [{ type: 'missHeartbeat', ...miss, atMs }],
  })
}

/**
 * Calls nobody silent who was not heard first: a coordinator that was away, or has much to do, may see a time pass before it sees what
 * was said within it.
 */
async function onceHeard(handle: Handle, taskId: Hex, { unheard, hear, commands }: OfSilence): Promise<Task> {
  const heard = new Set<string>()
  for (;;) {
    const atMs = Date.now()
    let yetToHear: readonly Unheard[] = []
    const task = await handle(taskId, current => {
      if (!current.submitted) return null
      yetToHear = unheard(current, atMs).filter(each => !heard.has(keyOf(each)))
      return yetToHear.length > 0 ? null : commands(current, atMs)
    })
    if (yetToHear.length === 0) return task
    await hear(yetToHear, atMs)
    for (const each of yetToHear) heard.add(keyOf(each))
  }
}

const keyOf = ({ subtaskId, agentId }: Unheard) => `${subtaskId}/${agentId}`
