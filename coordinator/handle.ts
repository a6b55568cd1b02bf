import { setTimeout as sleep } from 'node:timers/promises'
import { EntenteError } from '../protocol/errors.ts'
import type { Hex } from '../protocol/hash.ts'
import { type Command, decide } from './flow/decide.ts'
import type { Task } from './flow/state.ts'
import { InTurn } from './in-turn.ts'
import type { Logged } from './log/logged.ts'
import type { TaskLog } from './log/task-log.ts'

/** A conflict is another coordinator at the same task; more of them in a row than this is a fault. */
const maxConflicts = 50

/** Takes a command to a task: decides on the freshest state, appends, and looks again when another writer was first. */
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
          const conflict = error instanceof EntenteError && error.code === 'LOG_CONFLICT'
          if (!conflict || conflicts === maxConflicts) throw error
          await sleep(Math.random() * conflicts * 2)
          logged = await log.reread(taskId)
        }
      }
    })
}

async function step(log: TaskLog, logged: Logged, command: (task: Task) => Command | null): Promise<Logged> {
  const wanted = command(logged.task)
  const events = wanted ? decide(logged.task, wanted) : []
  return events.length === 0 ? logged : log.append(logged, events)
}
