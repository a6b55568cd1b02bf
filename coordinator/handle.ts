import { setTimeout as sleep } from 'node:timers/promises'
import { EntenteError } from '../protocol/errors.ts'
import type { TaskEvent } from '../protocol/events.ts'
import type { Hex } from '../protocol/hash.ts'
import { type Command, decide } from './flow/decide.ts'
import type { Task } from './flow/state.ts'
import { InTurn } from './in-turn.ts'
import type { Logged } from './log/logged.ts'
import type { TaskLog } from './log/task-log.ts'

/** A conflict is another coordinator at the same task; more of them in a row than this is a fault. */
const maxConflicts = 50

/**
 * Takes a command to a task: decides, appends, and looks again when another writer was first. Decides on what was last
 * seen of the task; but what that lets come to nothing, or refuses, is decided again on what the log has now.
 */
export type Handle = (taskId: Hex, command: (task: Task) => Command | null) => Promise<Task>

export function handleWith(log: TaskLog): Handle {
  const turns = new InTurn()
  return (taskId, command) =>
    turns.run(taskId, async () => {
      let logged = await log.read(taskId)
      for (let conflicts = 0; ; conflicts++) {
        try {
          const { task } = await step(log, logged, command)
          // Nothing more happens to it: whoever asks reads it again.
          if (task.proven) log.forget(taskId)
          return task
        } catch (error) {
          if (!isConflict(error) || conflicts === maxConflicts) throw error
          await sleep(Math.random() * conflicts * 2)
          logged = await log.reread(taskId)
        }
      }
    })
}

async function step(log: TaskLog, logged: Logged, command: (task: Task) => Command | null): Promise<Logged> {
  const { events, refusal } = decided(logged.task, command)
  if (events.length > 0) return log.append(logged, events)
  // Another coordinator may have brought about just what this command waits for.
  if (!(await log.isCurrent(logged))) {
    throw new EntenteError('LOG_CONFLICT', `task ${logged.task.taskId} has moved on`)
  }
  if (refusal !== undefined) throw refusal
  return logged
}

function decided(task: Task, command: (task: Task) => Command | null): { events: TaskEvent[]; refusal?: unknown } {
  try {
    const wanted = command(task)
    return { events: wanted ? decide(task, wanted) : [] }
  } catch (refusal) {
    return { events: [], refusal }
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof EntenteError && error.code === 'LOG_CONFLICT'
}
