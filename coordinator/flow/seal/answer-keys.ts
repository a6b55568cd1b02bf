import { contentHash } from '../../../protocol/canonical.ts'
import { signerOf } from '../../../protocol/documents.ts'
import type { TaskEvent, TaskEventOf } from '../../../protocol/events.ts'
import {
  isGivenKey,
  type KeyAnswer,
  keyPlaceOf,
  type WantedKey,
  withholdingReasons,
} from '../../../protocol/key-release.ts'
import type { SigningDomain } from '../../../protocol/typed-data.ts'
import type { SubtaskProgress } from '../progress.ts'
import type { Task } from '../state.ts'
import { awaitedMakers } from './ask-keys.ts'
import { keeperOf } from './given.ts'

/** An answer to a request for keys: of one who was asked and has not answered, to exactly that request, in time. */
export function answerKeys(task: Task, command: { atMs: number; agentId: string; answer: KeyAnswer }): TaskEvent[] {
  const { atMs, agentId, answer } = command
  const { taskId, subtaskId, attempt, agentId: signedFor, askedHash } = keyPlaceOf(answer)
  const progress = task.subtasks.get(subtaskId)
  const { keys } = progress ?? {}
  if (!progress || !keys || progress.phase !== 'executing' || taskId !== task.taskId || signedFor !== agentId) return []
  if (attempt !== progress.attempts || askedHash !== keys.hash || atMs > keys.asked.deadlineMs) return []
  if (!awaitedMakers(progress).includes(agentId) || !isComplete(progress, agentId, answer)) return []
  return [{ type: 'KeysAnswered', atMs, subtaskId, attempt, agentId, answer }]
}

/** Every key that is asked of it, for every receiver, once; and signed as they are. */
function isComplete({ keys }: SubtaskProgress, agentId: string, answer: KeyAnswer): boolean {
  if (answer.kind === 'withheld') return true
  const { wanted, receivers } = keys!.asked
  const due = wanted
    .filter(each => each.agentId === agentId)
    .flatMap(({ commitment }) => receivers.map(({ agentId: receiver }) => `${receiver}/${commitment}`))
  const given = answer.wraps.map(({ receiver, commitment }) => `${receiver}/${commitment}`)
  return contentHash(answer.wraps) === answer.release.wrapsHash && contentHash(due.sort()) === contentHash(given.sort())
}

/** Whether the maker's wallet signed it, as it was when the maker was given its own work; or the keeper's, as when it was named. */
export function isSignedByMaker(task: Task, agentId: string, answer: KeyAnswer, domain: SigningDomain): boolean {
  const asked = task.subtasks.get(keyPlaceOf(answer).subtaskId)?.keys?.asked
  const made = asked?.wanted.find(each => each.agentId === agentId)
  const signer =
    answer.kind === 'release'
      ? signerOf(domain, 'KeyRelease', answer.release, answer.signature)
      : signerOf(domain, 'KeyRefusal', answer.refusal, answer.signature)
  return signer !== null && made !== undefined && signer === walletOf(task, made)
}

function walletOf(task: Task, wanted: WantedKey): string | undefined {
  if (isGivenKey(wanted)) return keeperOf(task, wanted)?.wallet
  const chosen = task.subtasks.get(wanted.subtaskId)?.assigned?.chosen
  return chosen?.find(({ agentId }) => agentId === wanted.agentId)?.wallet
}

/** A key that is kept back ends the attempt: none of its agents can begin, and none has failed. */
export function withKeysAnswered(progress: SubtaskProgress, event: TaskEventOf<'KeysAnswered'>): SubtaskProgress {
  const { agentId, answer, atMs } = event
  const keys = { ...progress.keys!, answers: new Map(progress.keys!.answers).set(agentId, answer), lastMs: atMs }
  if (answer.kind === 'release') return { ...progress, keys }
  const { code, reason } = answer.refusal
  const why = `agent ${agentId} keeps its key back: ${code}: ${withholdingReasons[code]} (${reason})`
  const agents = progress.assigned!.chosen.map(each => each.agentId)
  return { ...progress, keys, failures: new Map(agents.map(agent => [agent, { reason: why, retry: true }])) }
}
