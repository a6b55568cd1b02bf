import { contentHash, type Json } from '../../../protocol/canonical.ts'
import type { TaskEvent } from '../../../protocol/events.ts'
import type { FlowConsent, Receiver, WantedKey } from '../../../protocol/key-release.ts'
import { isGiven, sealsIn } from '../../../protocol/sealed.ts'
import { findSubtask } from '../compensate.ts'
import type { SubtaskProgress } from '../progress.ts'
import type { Task } from '../state.ts'
import { givenKey } from './given.ts'

/** What has to be known from outside before makers of sealed values can be asked: the receivers' own keys. */
export interface AskKeys {
  readonly subtaskId: string
  readonly attempt: number
  readonly receivers: readonly Receiver[]
  readonly consents: readonly FlowConsent[]
}

/** The sealed values in an input whose keys can be asked for: of agents whose results stand in this task, and of keepers. */
export function wantedKeys(task: Task, input: Json): WantedKey[] {
  const wanted = sealsIn(input).flatMap(({ seal }): WantedKey[] => {
    if (isGiven(seal)) return givenKey(task, seal)
    const { subtaskId, attempt, agentId, at, commitment } = seal
    const maker = task.subtasks.get(subtaskId)
    const chosen = maker?.assigned?.chosen.find(choice => choice.agentId === agentId)
    const stands = maker?.assigned?.attempt === attempt && maker.verdict?.accepted.includes(agentId)
    if (seal.taskId !== task.taskId || !stands || !chosen) return []
    const { domainId, stake } = chosen
    return [{ subtaskId, attempt, agentId, domainId, stake, at, commitment }]
  })
  // The same value may be given twice.
  return [...new Map(wanted.map(each => [contentHash(each), each])).values()]
}

/**
 * The makers are asked once for each attempt. Their keys count in the first half of its time: who is late with them takes
 * time from whoever needs them, and would see another fined for it.
 */
export function askKeys(task: Task, command: AskKeys & { readonly atMs: number }): TaskEvent[] {
  const { subtaskId, attempt, atMs, receivers, consents } = command
  const progress = task.subtasks.get(subtaskId)
  const { assigned } = progress ?? {}
  if (progress?.phase !== 'executing' || assigned?.attempt !== attempt || progress.keys) return []
  const wanted = wantedKeys(task, assigned.input)
  if (wanted.length === 0) return []
  const { skill } = findSubtask(task.plan, subtaskId)!
  const deadlineMs = assigned.atMs + Math.floor((assigned.deadlineMs - assigned.atMs) / 2)
  const chosen = receivers.filter(receiver => assigned.chosen.some(choice => isSame(choice, receiver)))
  const template = task.plan!.template.name
  const asked = { subtaskId, attempt, skill, template, deadlineMs, wanted, receivers: chosen, consents: [...consents] }
  return [{ type: 'KeysAsked', atMs, ...asked }]
}

function isSame(choice: Omit<Receiver, 'publicKey' | 'signature'>, receiver: Receiver): boolean {
  return (['agentId', 'domainId', 'wallet'] as const).every(field => choice[field] === receiver[field])
}

/** Agents that were asked for keys which an attempt still waits for. */
export function awaitedMakers({ keys }: SubtaskProgress): string[] {
  if (!keys || keys.asked.receivers.length === 0) return []
  return [...new Set(keys.asked.wanted.map(({ agentId }) => agentId))].filter(agentId => !keys.answers.has(agentId))
}

/** Its agents cannot begin: what they were given is sealed, and the keys are not all there. */
export function lacksKeys(progress: SubtaskProgress): boolean {
  const { assigned, keys } = progress
  if (!keys) return assigned !== null && sealsIn(assigned.input).length > 0
  return awaitedMakers(progress).length > 0 || [...keys.answers.values()].some(({ kind }) => kind === 'withheld')
}
