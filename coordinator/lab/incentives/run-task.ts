import { contentHash, type Json } from '../../../protocol/canonical.ts'
import { type Hex, sha256 } from '../../../protocol/hash.ts'
import type { Plan } from '../../../protocol/plan.ts'
import type { Terms } from '../../../protocol/task.ts'
import type { Command } from '../../flow/command.ts'
import { advance } from '../../flow/decide.ts'
import { demandOf } from '../../flow/demand.ts'
import { type Candidate, route } from '../../flow/route.ts'
import { type Task, unknownTask } from '../../flow/state.ts'

export const skill = 'answer@1'
const subtaskId = 'question'
const noHash: Hex = `0x${'00'.repeat(32)}`
export const address: Hex = `0x${'11'.repeat(20)}`
const signature: Hex = `0x${'22'.repeat(65)}`
const nowMs = 1_000

export interface Wanted {
  readonly taskId: Hex
  readonly requester: string
  readonly terms: Terms
  readonly replicas: number
  readonly quorum: number
}

/**
 * A task of one question, from the order to the settlement, by the rules that coordinators run. Signatures and the chain are
 * left out: they are checked before a command gets there.
 *
 * @param answer what the agents that were chosen answer, in their order
 */
export function runTask(
  wanted: Wanted,
  candidates: readonly Candidate[],
  answer: (agentIds: readonly string[]) => readonly Json[],
): Task {
  let task = unknownTask(wanted.taskId)
  const when = (command: Record<string, unknown>) => {
    task = advance(task, { atMs: nowMs, ...command } as Command).task
  }
  submit(wanted, when)
  for (;;) {
    const [next] = demandOf(task).waiting
    const routing = next && route({ taskId: task.taskId, ...next }, candidates)
    if (!routing) break
    when({ type: 'assign', subtaskId, attempt: next.attempt, skill, outputSchema: schema, ...routing })
    respond(task, answer, when)
  }
  when({ type: 'recordSettlement', txHash: noHash, blockNumber: 1 })
  return task
}

/** By default an object's fields are put to the vote. */
export const schema = { type: 'object', properties: { answer: { type: 'string' } } }

function submit({ requester, terms, replicas, quorum }: Wanted, when: (command: Record<string, unknown>) => void) {
  const plan = planOf(replicas, quorum)
  const authority = { by: 'response-plan', planId: noHash, alertHash: noHash, specHash: noHash, contract: address }
  when({
    type: 'submit',
    authority: { ...authority, txHash: noHash, blockNumber: 1 },
    requester: { address, domainId: requester },
    spec: { goal: 'an answer', template: noHash, policy: { approvers: [address], onSilence: 'deny' } },
    input: {},
    budget: '1000000000000',
    deadlineMs: 1_000_000,
    terms,
  })
  when({ type: 'recordFunding', txHash: noHash, blockNumber: 1 })
  when({ type: 'screen', decision: 'permit', policy: { id: 'p', version: '1' }, reasons: [] })
  when({ type: 'plan', plan, planHash: noHash })
}

/** All commit, then all reveal; where only one is asked it answers at once. */
function respond(
  task: Task,
  answer: (agentIds: readonly string[]) => readonly Json[],
  when: (command: Record<string, unknown>) => void,
) {
  const { attempts: attempt, assigned } = task.subtasks.get(subtaskId)!
  const agentIds = assigned!.chosen.map(({ agentId }) => agentId)
  const outputs = answer(agentIds)
  const place = { taskId: task.taskId, subtaskId, attempt }
  if (assigned!.answer === 'commit') {
    for (const agentId of agentIds) {
      const commit = { ...place, agentId, commitment: sha256(`${task.taskId}/${attempt}/${agentId}`) }
      when({ type: 'receive', agentId, answer: { kind: 'commit', commit, signature } })
    }
  }
  agentIds.forEach((agentId, each) => {
    const output = outputs[each]!
    const hashes = { inputHash: assigned!.inputHash, outputHash: contentHash(output) }
    const receipt = { ...place, agentId, ...hashes, startedAtMs: nowMs, finishedAtMs: nowMs }
    when({ type: 'receive', agentId, answer: { kind: 'result', output, receipt, signature, salt: null } })
  })
}

function planOf(replicas: number, quorum: number): Plan {
  const subtask = { id: subtaskId, title: '', skill, after: [], input: 'input', replicas, quorum }
  return {
    template: { name: 'question', version: '1.0.0', hash: noHash },
    output: 'outputs.question',
    subtasks: [{ ...subtask, deadlineMs: 1_000, attempts: 2, approval: null, weight: 1 }],
  }
}
