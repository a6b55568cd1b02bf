import type { TaskEventOf } from '../../protocol/events.ts'
import type { Change } from './change.ts'
import type { Views } from './schema.ts'

export function approvalRequested(taskId: string, event: TaskEventOf<'ApprovalRequested'>): Change[] {
  const { subtaskId, contentHash, reason, deadlineMs, onSilence, atMs } = event
  const open = { answeredAtMs: null, granted: null, approver: null }
  const row = { taskId, subtaskId, contentHash, reason, requestedAtMs: atMs, deadlineMs, onSilence, ...open }
  return [{ put: 'approvals', row }, countOpen(taskId, 'openApprovals', 1)]
}

export function approvalAnswered(taskId: string, event: TaskEventOf<'ApprovalAnswered'>): Change[] {
  const { subtaskId, contentHash, granted, by, atMs } = event
  const to = { answeredAtMs: atMs, granted: granted ? 1 : 0, approver: by?.approver ?? null }
  return [{ set: 'approvals', key: { taskId, subtaskId, contentHash }, to }, countOpen(taskId, 'openApprovals', -1)]
}

export function questionAsked(taskId: string, event: TaskEventOf<'QuestionAsked'>): Change[] {
  const { subtaskId, contentHash, question, show, answerSchema, from, deadlineMs, default: silence, atMs } = event
  const row = {
    taskId,
    subtaskId,
    contentHash,
    question,
    show: JSON.stringify(show),
    answerSchema: JSON.stringify(answerSchema),
    from: JSON.stringify(from),
    askedAtMs: atMs,
    deadlineMs,
    default: silence === undefined ? null : JSON.stringify(silence),
    answeredAtMs: null,
    answer: null,
    answerer: null,
  }
  return [{ put: 'questions', row }, countOpen(taskId, 'openQuestions', 1)]
}

export function questionAnswered(taskId: string, event: TaskEventOf<'QuestionAnswered'>): Change[] {
  const { subtaskId, contentHash, answer, by, atMs } = event
  const to = { answeredAtMs: atMs, answer: JSON.stringify(answer), answerer: by?.signer ?? null }
  return [{ set: 'questions', key: { taskId, subtaskId, contentHash }, to }, countOpen(taskId, 'openQuestions', -1)]
}

/** A task waits for input as long as any of its approvals or questions is open. */
function countOpen(taskId: string, of: 'openApprovals' | 'openQuestions', change: 1 | -1): Change {
  return {
    revise: 'tasks',
    key: { taskId },
    by: (row: Views['tasks']) => {
      const open = { openApprovals: row.openApprovals, openQuestions: row.openQuestions }
      open[of] += change
      return { ...open, state: open.openApprovals + open.openQuestions > 0 ? 'input-required' : 'working' }
    },
  }
}
