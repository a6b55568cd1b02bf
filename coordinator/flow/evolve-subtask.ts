import type { TaskEvent, TaskEventOf } from '../../protocol/events.ts'
import { evolveAttempt } from './evolve-attempt.ts'
import type { SubtaskProgress } from './progress.ts'
import type { Task } from './state.ts'
import { signalId } from './wait.ts'

export type SubtaskEvent = Extract<TaskEvent, { subtaskId: string }>

/** What becomes of one subtask: before it is given out, where it waits for somebody, and at its end. */
export function evolveSubtask(task: Task, subtask: SubtaskProgress, event: SubtaskEvent): SubtaskProgress {
  switch (event.type) {
    case 'FlowsDecided':
      return { ...subtask, flows: event }
    case 'FitDecided':
      return { ...subtask, fit: event }
    case 'ApprovalRequested':
      return { ...subtask, phase: 'approving', approval: event, phaseDeadlineMs: event.deadlineMs }
    case 'ApprovalAnswered':
      if (event.flow !== undefined && event.granted) return consented(subtask, event)
      return { ...subtask, phase: event.granted ? 'agreed' : 'failed', phaseDeadlineMs: Number.POSITIVE_INFINITY }
    case 'CompensationOpened':
      return { ...subtask, begunAtMs: event.atMs }
    case 'StarvationWarned':
      return { ...subtask, warned: true }
    case 'SubtaskSkipped':
      return { ...subtask, phase: 'skipped' }
    case 'SubtaskExpanded':
      return { ...subtask, phase: 'expanded' }
    case 'SubtaskGathered':
      return { ...subtask, phase: 'agreed', output: event.output }
    case 'WaitBegun':
      return { ...subtask, phase: 'awaiting', phaseDeadlineMs: event.deadlineMs }
    case 'SignalReceived':
      return { ...answered(subtask), output: event.payload, heard: signalId(event), keepers: event.keepers ?? [] }
    case 'WaitElapsed':
      return { ...answered(subtask), elapsed: true }
    case 'QuestionAsked':
      return { ...subtask, phase: 'asking', question: event, phaseDeadlineMs: event.deadlineMs }
    case 'QuestionAnswered':
      return { ...answered(subtask), output: event.answer, keepers: event.keepers ?? [] }
    case 'SubtaskCompleted':
      return { ...subtask, phase: 'completed' }
    case 'SubtaskFailed':
      return { ...subtask, phase: 'failed', phaseDeadlineMs: Number.POSITIVE_INFINITY }
    default:
      return evolveAttempt(task, subtask, event)
  }
}

function answered(subtask: SubtaskProgress): SubtaskProgress {
  return { ...subtask, phase: 'agreed', phaseDeadlineMs: Number.POSITIVE_INFINITY }
}

/** A flow was approved of: the work can be given out, which is approved of by itself when it is done. */
function consented(subtask: SubtaskProgress, { contentHash }: TaskEventOf<'ApprovalAnswered'>): SubtaskProgress {
  const consents = new Set(subtask.consents).add(contentHash)
  return { ...subtask, phase: 'waiting', approval: null, consents, phaseDeadlineMs: Number.POSITIVE_INFINITY }
}
