import type { Ask, AskRule } from '../../protocol/ask.ts'
import { contentHash } from '../../protocol/canonical.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { TaskEvent, TaskEventOf } from '../../protocol/events.ts'
import { Address } from '../../protocol/ids.ts'
import { givenFaults } from '../../protocol/parameters.ts'
import type { SubtaskProgress } from './progress.ts'
import { evaluateIn, mayBegin } from './scope.ts'
import { checkGiven } from './seal/given.ts'
import type { Task } from './state.ts'

/** When all that it waits for has ended, a question is put to those who may answer it, as it reads by then. */
export function askingOf(task: Task, node: Ask, atMs: number): TaskEvent | null {
  if (!mayBegin(task, node)) return null
  const { id: subtaskId, ask } = node
  const fail = (reason: string): TaskEvent => ({ type: 'SubtaskFailed', atMs, subtaskId, reason })
  const question = textOf(task, ask)
  if (question === null) return fail('the expression of its question gives no text')
  const shown = ask.show === undefined ? { value: null } : evaluateIn(task, ask.show)
  if (!shown) return fail('the expression of what it shows fails on what came before')
  const from = answerersOf(task, ask)
  if (!from) return fail('whom it asks are no addresses')
  const { answer: answerSchema, deadlineMs } = ask
  const seen = { question, show: shown.value, answerSchema }
  return {
    type: 'QuestionAsked',
    atMs,
    subtaskId,
    ...seen,
    contentHash: contentHash({ taskId: task.taskId, subtaskId, ...seen }),
    from,
    deadlineMs: atMs + deadlineMs,
    ...(ask.default === undefined ? {} : { default: ask.default }),
  }
}

function textOf(task: Task, { question }: AskRule): string | null {
  if (typeof question === 'string') return question
  const text = evaluateIn(task, question.expression)?.value
  return typeof text === 'string' && text !== '' ? text : null
}

/** The requester and the approvers, or those whom the template names instead; null where these are no addresses. */
function answerersOf(task: Task, { from }: AskRule): Address[] | null {
  const { requester, spec } = task.submitted!
  if (from === undefined) return [...new Set([requester.address, ...spec.policy.approvers])]
  const named = typeof from === 'string' ? evaluateIn(task, from)?.value : from
  const list = (Array.isArray(named) ? named : [named]).filter(each => each !== null)
  const addresses = list.map(each => Address.safeParse(typeof each === 'string' ? each.toLowerCase() : each).data)
  return addresses.length > 0 && addresses.every(each => each !== undefined) ? [...new Set(addresses)] : null
}

/**
 * An answer ends its question, when it is to exactly what was shown, in time, of one who may, and what the schema allows.
 * @throws EntenteError QUESTION_NOT_OPEN, ANSWERER_UNKNOWN, ANSWER_INVALID, SEAL_MISSING, SEAL_UNFIT
 */
export function answerQuestion(task: Task, command: Omit<TaskEventOf<'QuestionAnswered'>, 'type'>): TaskEvent[] {
  const { atMs, subtaskId, contentHash, answer, by, keepers } = command
  const progress = task.subtasks.get(subtaskId)
  const asked = progress?.question
  if (progress?.phase !== 'asking' || asked?.contentHash !== contentHash || atMs >= asked.deadlineMs) {
    throw new EntenteError('QUESTION_NOT_OPEN', `no question ${contentHash} of ${subtaskId} is open`)
  }
  if (!by || !asked.from.some(address => address === by.signer)) {
    throw new EntenteError('ANSWERER_UNKNOWN', `${by?.signer} is not one whom ${subtaskId} asks`)
  }
  checkGiven(asked.answerSchema, answer, subtaskId, { by: by.signer, to: { taskId: task.taskId }, keepers })
  const faults = givenFaults(asked.answerSchema, answer, 'answer')
  if (faults.length > 0) throw new EntenteError('ANSWER_INVALID', faults.join('; '))
  const more = keepers ? { keepers } : {}
  return [{ type: 'QuestionAnswered', atMs, subtaskId, contentHash, answer, by, ...more }]
}

/** What silence means: the answer that the template gives, or none. */
export function silenceOn({ id: subtaskId, question }: SubtaskProgress, atMs: number): TaskEvent {
  const { contentHash, default: answer } = question!
  if (answer !== undefined) return { type: 'QuestionAnswered', atMs, subtaskId, contentHash, answer, by: null }
  return { type: 'SubtaskFailed', atMs, subtaskId, reason: 'nobody answered its question in time' }
}
