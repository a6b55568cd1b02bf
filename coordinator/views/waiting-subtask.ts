import type { Views } from './schema.ts'

type Planned =
  | 'taskId'
  | 'subtaskId'
  | 'ordinal'
  | 'title'
  | 'skill'
  | 'after'
  | 'replicas'
  | 'quorum'
  | 'weight'
  | 'attempts'

/** The row of a subtask with which nothing has happened yet. */
export function waitingSubtask(planned: Pick<Views['subtasks'], Planned>): Views['subtasks'] {
  return {
    ...planned,
    phase: 'waiting',
    attempt: 0,
    deadlineMs: null,
    startedAtMs: null,
    endedAtMs: null,
    warnedAtMs: null,
    confidence: null,
    output: null,
    reason: null,
    passedOver: '[]',
  }
}
