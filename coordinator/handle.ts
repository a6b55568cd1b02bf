import { setTimeout as sleep } from 'node:timers/promises'
import { EntenteError } from '../protocol/errors.ts'
import type { TaskEvent } from '../protocol/events.ts'
import type { Hex } from '../protocol/hash.ts'
import { type Command, decide } from './flow/decide.ts'
import { fold } from './flow/evolve.ts'
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

/** What this coordinator asks of a task by itself, once something has happened to it. */
export type FollowUp = (task: Task, atMs: number) => Command[]

/** @param followUp what it brings about goes into the same entry: what happened, and what was done about it, is one fact */
export function handleWith(log: TaskLog, followUp: FollowUp = () => []): Handle {
  const turns = new InTurn()
  return (taskId, command) =>
    turns.run(taskId, async () => {
      let logged = await log.read(taskId)
      for (let conflicts = 0; ; conflicts++) {
        try {
          const { task } = await step(log, logged, command, followUp)
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

async function step(
  log: TaskLog,
  logged: Logged,
  command: (task: Task) => Command | null,
  followUp: FollowUp,
): Promise<Logged> {
  const { events, refusal } = decided(logged.task, command, followUp)
  if (events.length > 0) return log.append(logged, events)
  // Another coordinator may have brought about just what this command waits for.
  if (!(await log.isCurrent(logged))) {
    throw new EntenteError('LOG_CONFLICT', `task ${logged.task.taskId} has moved on`)
  }
  if (refusal !== undefined) throw refusal
  return logged
}

function decided(
  task: Task,
  command: (task: Task) => Command | null,
  followUp: FollowUp,
): { events: TaskEvent[]; refusal?: unknown } {
  try {
    const wanted = command(task)
    const events = wanted ? decide(task, wanted) : []
    return { events: events.length > 0 ? withFollowUps(task, events, followUp) : [] }
  } catch (refusal) {
    return { events: [], refusal }
  }
}

/** Until nothing more follows. Each round takes a subtask an attempt further, and of these there is a last. */
function withFollowUps(before: Task, events: readonly TaskEvent[], followUp: FollowUp): TaskEvent[] {
  const all = [...events]
  let task = fold(before, events)
  for (;;) {
    const more = followUp(task, all.at(-1)!.atMs).flatMap(command => {
      const brought = decide(task, command)
      task = fold(task, brought)
      return brought
    })
    if (more.length === 0) return all
    all.push(...more)
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof EntenteError && error.code === 'LOG_CONFLICT'
}
