import { canonicalJson, type Json } from '../../protocol/canonical.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import type { Task } from './state.ts'

/** What comes in the same message beside: headers, how the task ended, and of each subtask a line of what it is worth. */
const besidesBytes = 4_096
const besidesBytesEach = 256

/** A number or a name takes no more in JSON, and a character of a text no more than six: that much is no reason to count. */
const mostBytesOfOne = 25

/** What is made of other values by rule, and may be of any size. */
const made: Partial<Record<TaskEvent['type'], string>> = {
  SubtaskExpanded: 'its list',
  SubtaskGathered: 'what its items came to',
  QuestionAsked: 'what it shows',
  TaskReplanned: 'another plan',
  TaskCompleted: 'its output',
}

/**
 * What follows from a command is written in one message with it (ADR 61). Where what is made of others has no room there, the subtask
 * that made it fails instead, or the task; what agents have answered stands.
 *
 * @param before what the command has brought about so far
 */
export function inOneMessage(task: Task, before: readonly TaskEvent[], next: TaskEvent): TaskEvent {
  const what = made[next.type]
  const why = what === undefined ? null : whyTooLarge(task, [...before, next])
  if (why === null) return next
  const failed = { atMs: next.atMs, reason: `${what} is too large: ${why}` }
  return 'subtaskId' in next
    ? { type: 'SubtaskFailed', subtaskId: next.subtaskId, ...failed }
    : { type: 'TaskFailed', ...failed }
}

/** Null where one message has room for these events; so it has in older logs, which do not say for how much. */
export function whyTooLarge(task: Task, events: readonly TaskEvent[]): string | null {
  const room = roomFor(task)
  let parts = room / mostBytesOfOne
  for (const event of events) parts -= partsOf(event as Json, parts)
  if (parts >= 0) return null
  const bytes = events.reduce((sum, event) => sum + Buffer.byteLength(canonicalJson(event)) + 1, 0)
  return bytes <= room ? null : `with what it follows from it takes ${bytes} bytes, and a message has room for ${room}`
}

/** Bytes of events that are made of values. */
export function roomFor({ messageBytes, subtasks }: Task): number {
  if (messageBytes === null) return Number.POSITIVE_INFINITY
  return Math.max(0, messageBytes - besidesBytes - besidesBytesEach * subtasks.size)
}

/** As many parts as there are characters, numbers and names; where they are more than `most`, some number above that. */
function partsOf(value: Json, most: number): number {
  if (typeof value === 'string') return 1 + value.length
  if (typeof value !== 'object' || value === null) return 1
  let parts = 1
  const isList = Array.isArray(value)
  for (const name of Object.keys(value)) {
    if (parts > most) return parts
    parts += (isList ? 0 : 1 + name.length) + partsOf((value as Members)[name]!, most - parts)
  }
  return parts
}

type Members = { readonly [name: string]: Json }
