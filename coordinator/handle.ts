import { setTimeout as sleep } from 'node:timers/promises'
import { EntenteError, type ErrorCode } from '../protocol/errors.ts'
import type { Hex } from '../protocol/hash.ts'
import type { Command } from './flow/command.ts'
import { type Advanced, advance } from './flow/decide.ts'
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
      let logged = await log.latest(taskId)
      for (let conflicts = 0; ; conflicts++) {
        try {
          const { task } = await step(log, logged, command, followUp)
          // Nothing more happens to it: whoever asks reads it again.
          if (task.proven) log.forget(taskId)
          return task
        } catch (error) {
          if (!hasCode(error, 'LOG_CONFLICT') || conflicts === maxConflicts) throw error
          await sleep(Math.random() * conflicts * 2)
          logged = await log.reread(taskId)
        }
      }
    })
}

async function step(log: TaskLog, logged: Logged, command: (task: Task) => Asked, followUp: FollowUp): Promise<Logged> {
  const { brought, refusal } = decided(logged.task, command, followUp)
  if (brought.length > 0) return write(log, logged, brought)
  // Another coordinator may have brought about just what this command waits for.
  if (!(await log.isCurrent(logged))) {
    throw new EntenteError('LOG_CONFLICT', `task ${logged.task.taskId} has moved on`)
  }
  if (refusal !== undefined) throw refusal
  return logged
}

/** As one entry; where no message holds that, as several, of which each has all that follows from some of the commands. */
async function write(log: TaskLog, logged: Logged, brought: readonly Advanced[]): Promise<Logged> {
  try {
    const events = brought.flatMap(each => each.events)
    return await log.append(logged, events, brought.at(-1)!.task)
  } catch (error) {
    if (!hasCode(error, 'PAYLOAD_TOO_LARGE') || brought.length === 1) throw error
  }
  const half = Math.ceil(brought.length / 2)
  return write(log, await write(log, logged, brought.slice(0, half)), brought.slice(half))
}

interface Decided {
  /** Of each command that brought about something, one after the other. */
  readonly brought: readonly Advanced[]
  readonly refusal?: unknown
}

function decided(before: Task, command: (task: Task) => Asked, followUp: FollowUp): Decided {
  try {
    const asked = command(before) ?? []
    const brought = advanceBy(before, 'type' in asked ? [asked] : asked)
    return { brought: brought.length > 0 ? withFollowUps(brought, before, followUp) : [] }
  } catch (refusal) {
    return { brought: [], refusal }
  }
}

function advanceBy(before: Task, commands: readonly Command[]): Advanced[] {
  const brought: Advanced[] = []
  for (const command of commands) {
    const next = advance(brought.at(-1)?.task ?? before, command)
    if (next.events.length > 0) brought.push(next)
  }
  return brought
}

/** Until nothing more follows. Each round takes a subtask an attempt further, and of these there is a last. */
function withFollowUps(first: readonly Advanced[], before: Task, followUp: FollowUp): Advanced[] {
  const brought = [...first]
  for (;;) {
    const { task, events } = brought.at(-1)!
    const more = advanceBy(task, followUp(task, events.at(-1)!.atMs, before))
    if (more.length === 0) return brought
    brought.push(...more)
  }
}

function hasCode(error: unknown, code: ErrorCode): boolean {
  return error instanceof EntenteError && error.code === code
}
