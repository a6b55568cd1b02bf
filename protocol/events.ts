import { z } from 'zod'
import { TaskId } from './ids.ts'
import { subtaskEvents } from './subtask-events.ts'
import { taskEvents } from './task-events.ts'

/** Everything that can have happened to a task, in the past tense. A task is the fold of these, and nothing else. */
export const TaskEvent = z.discriminatedUnion('type', [...taskEvents, ...subtaskEvents])
export type TaskEvent = z.infer<typeof TaskEvent>
export type TaskEventOf<T extends TaskEvent['type']> = Extract<TaskEvent, { type: T }>

/**
 * One append to a task's log: events that happened together or not at all. JetStream appends one message at a time,
 * so what must be atomic is one message.
 */
export const TaskEntry = z.object({
  taskId: TaskId,
  /** Index of the first of `events` in the task's history, from 0. */
  first: z.int().min(0),
  events: z.array(TaskEvent).min(1),
})
export type TaskEntry = z.infer<typeof TaskEntry>
