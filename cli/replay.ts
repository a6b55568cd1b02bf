import { evolve } from '../coordinator/flow/evolve.ts'
import { type Task, unknownTask } from '../coordinator/flow/state.ts'
import { taskAsJson } from '../coordinator/flow/task-as-json.ts'
import { contentHash } from '../protocol/canonical.ts'
import { EntenteError } from '../protocol/errors.ts'
import type { TaskEvent } from '../protocol/events.ts'
import { readTask } from './read-task.ts'

export interface ReplayOptions {
  readonly at?: string
  readonly json?: boolean
}

/**
 * `entente replay`: folds a task's events again, one by one, as far as it is told. The events come from the log on the
 * bus, or from a bundle; the rules are the coordinator's own, so the task is what it was to the coordinator then.
 */
export async function replay(source: string, { at, json }: ReplayOptions): Promise<void> {
  const upTo = at === undefined ? Number.POSITIVE_INFINITY : placeOf(at)
  const { taskId, events } = await readTask(source)
  if (at !== undefined && upTo > events.length) {
    throw new EntenteError('COMMAND_INVALID', `--at ${at} is beyond the task's ${events.length} events`)
  }
  let task = unknownTask(taskId)
  for (const event of events.slice(0, upTo)) {
    task = evolve(task, event)
    if (!json) process.stdout.write(`${lineOf(task, event)}\n`)
  }
  const state = taskAsJson(task)
  const stateHash = contentHash(state)
  if (json)
    process.stdout.write(`${JSON.stringify({ events: task.length, of: events.length, stateHash, task: state })}\n`)
  else {
    if (at !== undefined) process.stdout.write(`${JSON.stringify(state, null, 2)}\n`)
    process.stdout.write(`${task.state} after ${task.length} of ${events.length} events; state ${stateHash}\n`)
  }
}

function placeOf(at: string): number {
  if (/^\d{1,9}$/.test(at)) return Number(at)
  throw new EntenteError('COMMAND_INVALID', `--at takes how many events to replay, 0 or more, not ${at}`)
}

function lineOf({ length, state }: Task, event: TaskEvent): string {
  const where = 'subtaskId' in event ? `${event.subtaskId}${'attempt' in event ? ` #${event.attempt}` : ''}` : ''
  const time = new Date(event.atMs).toISOString()
  return `${`${length}`.padStart(5)}  ${time}  ${state.padEnd(14)}  ${event.type.padEnd(20)}  ${where}`.trimEnd()
}
