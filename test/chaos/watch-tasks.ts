import type { NatsConnection } from '@nats-io/nats-core'
import { fold } from '../../coordinator/flow/evolve.ts'
import { type Task, unknownTask } from '../../coordinator/flow/state.ts'
import { TaskEntry, type TaskEvent } from '../../protocol/events.ts'
import type { Hex } from '../../protocol/hash.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { followStream } from '../../stack/follow-stream.ts'
import type { Log } from '../../stack/log.ts'
import { parseJson } from '../../stack/parse-json.ts'
import { subtasksOfTemplate } from './template.ts'

/** A task, and everything that its log said, in the order in which it came. */
export interface Seen {
  readonly task: Task
  readonly events: readonly TaskEvent[]
  /** Entries that did not begin where the one before ended: a hole or a repetition in the log. */
  readonly misplaced: number
}

export interface Watch {
  readonly tasks: ReadonlyMap<Hex, Seen>
  /** All that was in the log at the start has been seen. */
  readonly caughtUp: Promise<void>
  /** Of one task, from 0 to 1: its subtasks, and its proof as one more. */
  shareOf(taskId: Hex): number
  stop(): Promise<void>
}

/** Folds the logs of all tasks, and goes on with what comes. */
export function watchTasks(nc: NatsConnection, log: Log): Watch {
  const tasks = new Map<Hex, Seen>()
  const reader = followStream(nc, {
    stream: streams.tasks,
    subject: subjects.task('*'),
    log,
    take(message) {
      const entry = parseJson(TaskEntry, message.data)
      if (!entry) return
      const { taskId, first, events } = entry
      const seen = tasks.get(taskId) ?? { task: unknownTask(taskId), events: [], misplaced: 0 }
      tasks.set(taskId, {
        task: fold(seen.task, events),
        events: [...seen.events, ...events],
        misplaced: seen.misplaced + (first === seen.events.length ? 0 : 1),
      })
    },
  })
  return {
    tasks,
    caughtUp: reader.caughtUp,
    shareOf(taskId) {
      const task = tasks.get(taskId)?.task
      if (!task) return 0
      if (task.proven) return 1
      const completed = [...task.subtasks.values()].filter(({ phase }) => phase === 'completed').length
      return completed / (subtasksOfTemplate + 1)
    },
    stop: () => reader.stop(),
  }
}
