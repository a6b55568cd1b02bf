import { setTimeout as sleep } from 'node:timers/promises'
import { EntenteError } from '../protocol/errors.ts'
import type { TaskEvent } from '../protocol/events.ts'
import type { Hex } from '../protocol/hash.ts'
import type { Command } from './flow/command.ts'
import { advance } from './flow/decide.ts'
import type { Task } from './flow/state.ts'
import { InTurn } from './in-turn.ts'
import type { Logged } from './log/logged.ts'
import type { TaskLog } from './log/task-log.ts'

/** A conflict is another coordinator at the same task; more of them in a row than this is a fault. */
const maxConflicts = 50

/**
 * Takes a command to a task: decides, appends, and looks again when another writer was first. Decides on what was last
 * seen of the task; but what that lets come to nothing, or refuses, is decided again on what the log has now. Of several
 * commands each is decided on what the one before it brought, and all that they bring is one entry.
 */
export type Handle = (taskId: Hex, command: (task: Task) => Asked) => Promise<Task>

type Asked = Command | readonly Command[] | null

/** What this coordinator asks of a task by itself, once something has happened to it; `before` is what the log has of it. */
export type FollowUp = (task: Task, atMs: number, before: Task) => Command[]

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

async function step(log: TaskLog, logged: Logged, command: (task: Task) => Asked, followUp: FollowUp): Promise<Logged> {
  const { events, task, refusal } = decided(logged.task, command, followUp)
  if (events.length > 0) return log.append(logged, events, task)
  // Another coordinator may have brought about just what this command waits for.
  if (!(await log.isCurrent(logged))) {
    throw new EntenteError('LOG_CONFLICT', `task ${task.taskId} has moved on`)
  }
  if (refusal !== undefined) throw refusal
  return logged
}

interface Decided {
  readonly events: TaskEvent[]
  /** With the events folded in. */
  readonly task: Task
  readonly refusal?: unknown
}

function decided(before: Task, command: (task: Task) => Asked, followUp: FollowUp): Decided {
  try {
    const asked = command(before) ?? []
    const brought = advanceBy(before, 'type' in asked ? [asked] : asked)
    return brought.events.length > 0 ? withFollowUps(brought, before, followUp) : brought
  } catch (refusal) {
    return { events: [], task: before, refusal }
  }
}

function advanceBy(before: Task, commands: readonly Command[]): Decided {
  const events: TaskEvent[] = []
  let task = before
  for (const command of commands) {
    const brought = advance(task, command)
    events.push(...brought.events)
    task = brought.task
  }
  return { events, task }
}

/** Until nothing more follows. Each round takes a subtask an attempt further, and of these there is a last. */
function withFollowUps({ events, task: after }: Decided, before: Task, followUp: FollowUp): Decided {
  let task = after
  for (;;) {
    const length = events.length
    for (const command of followUp(task, events.at(-1)!.atMs, before)) {
      const brought = advance(task, command)
      events.push(...brought.events)
      task = brought.task
    }
    if (events.length === length) return { events, task }
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof EntenteError && error.code === 'LOG_CONFLICT'
}
