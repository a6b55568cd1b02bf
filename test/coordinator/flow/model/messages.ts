import { defaultTerms } from '../../../../coordinator/terms.ts'
import type { Answer } from '../../../../protocol/answer.ts'
import { contentHash, type Json } from '../../../../protocol/canonical.ts'
import type { TaskEventOf } from '../../../../protocol/events.ts'
import type { Hex } from '../../../../protocol/hash.ts'
import type { Authority } from '../../../../protocol/task.ts'
import { taskId } from '../drive.ts'
import { approver } from './belief.ts'
import { wrongHash } from './node-state.ts'
import { type Setup, startMs, taskMs } from './templates.ts'
import type { Message } from './world.ts'

export const signature: Hex = `0x${'22'.repeat(65)}`
export const noHash: Hex = `0x${'00'.repeat(32)}`
export const stranger: Hex = `0x${'44'.repeat(20)}`
const contract: Hex = `0x${'55'.repeat(20)}`

export const signed = (signedAtMs: number, signer = approver as Hex) => ({ signer, signedAtMs, signature })

const basePolicy = { policy: { id: 'entente.base', version: '1' }, reasons: [] }

function openedBy(alertHash: Hex): Authority {
  const chain = { contract, txHash: noHash, blockNumber: 1 }
  return { by: 'response-plan', planId: noHash, alertHash, specHash: noHash, ...chain }
}

function orderOf(budget: bigint): Authority {
  const hashes = { domainId: noHash, specHash: noHash, inputHash: noHash, policyHash: noHash }
  const amounts = { token: contract, budget: `${budget}`, deadline: 1, nonce: '0' }
  return { by: 'order', order: { requester: contract, ...hashes, ...amounts }, signature }
}

/** What a task's opening consists of, in its order. */
export const opening = {
  submit({ templateHash, onSilence, priority, input, budget, replan, settlement }: Setup): Message {
    const more = {
      ...(priority ? { priority } : {}),
      ...(replan ? { replan: { ...replan } } : {}),
      ...(settlement ? { settlement } : {}),
    }
    const policy = { approvers: [approver as Hex], onSilence, ...more }
    return {
      type: 'submit',
      authority: settlement ? orderOf(budget) : openedBy(contentHash(input)),
      requester: { address: contract, domainId: null },
      spec: { goal: 'a test', template: templateHash, policy },
      input,
      budget: `${budget}`,
      deadlineMs: startMs + taskMs,
      terms: defaultTerms,
    }
  },
  fund: ({ settlement, blockHash }: Pick<Setup, 'settlement' | 'blockHash'>): Message =>
    settlement
      ? { type: 'recordCover', blockNumber: 1, blockHash }
      : { type: 'recordFunding', txHash: noHash, blockNumber: 1, blockHash },
  screen: (_: Setup, decision: 'permit' | 'deny' = 'permit'): Message => ({ type: 'screen', decision, ...basePolicy }),
  plan: ({ plan, messageBytes }: Setup): Message => ({
    type: 'plan',
    plan,
    planHash: contentHash(plan),
    ...(messageBytes === undefined ? {} : { messageBytes }),
  }),
}

const outputSchema = {
  type: 'object',
  properties: { n: { type: 'number', agree: { by: 'median', tolerance: 0.5 } } },
}

export interface Asking {
  readonly subtaskId: string
  readonly attempt: number
  readonly agents: readonly string[]
  readonly price: string
}

export function assignment({ subtaskId, attempt, agents, price }: Asking): Message {
  const chosen = agents.map(agentId => {
    const wallet = `0x${agentId.padStart(40, '0')}` as Hex
    return { agentId, domainId: `domain-${agentId}`, wallet, price, stake: '30000', score: 0, reasons: [] }
  })
  return { type: 'assign', subtaskId, attempt, skill: 's@1', outputSchema, chosen, passedOver: [] }
}

/** An emergency claims what an attempt holds; or what is none does, or the task itself. */
export function preemption(at: { subtaskId: string; attempt: number }, by: 'emergency' | 'normal' | 'itself'): Message {
  const authority = { by: 'response-plan' as const, planId: noHash, alertHash: noHash, specHash: noHash }
  const claim = {
    taskId: by === 'itself' ? taskId : noHash,
    subtaskId: 'urgent',
    attempt: 1,
    needs: { beds: 1 },
    domainId: null,
    authority: { ...authority, contract, txHash: noHash, blockNumber: 1 },
    policy: {
      approvers: [],
      onSilence: 'deny' as const,
      priority: by === 'normal' ? ('normal' as const) : ('emergency' as const),
    },
  }
  const policy = { id: 'p', version: '1.0.0', hash: noHash }
  return { type: 'preempt', ...at, claim, policy, reasons: ['a test'] }
}

export type Says = 'commit' | 'right' | 'wrong' | 'mismatch' | 'give-up' | 'try-again'

/** What an agent says of an attempt that was given to somebody. */
export function answerTo(
  { subtaskId, attempt, inputHash }: TaskEventOf<'SubtaskAssigned'>,
  agentId: string,
  says: Says,
  n: number,
): Message {
  const place = { taskId, subtaskId, attempt, agentId }
  return { type: 'receive', agentId, answer: answerOf(place, inputHash, says, n) }
}

type Place = { taskId: Hex; subtaskId: string; attempt: number; agentId: string }

function answerOf(place: Place, inputHash: Hex, says: Says, n: number): Answer {
  if (says === 'commit') return { kind: 'commit', commit: { ...place, commitment: noHash }, signature }
  if (says === 'give-up' || says === 'try-again') {
    const failure = { ...place, inputHash, reason: 'it broke', retry: says === 'try-again' }
    return { kind: 'failure', failure, signature }
  }
  const output: Json = { n: says === 'wrong' ? n + 5 : n }
  const outputHash = says === 'mismatch' ? (wrongHash as Hex) : contentHash(output)
  const receipt = { ...place, inputHash, outputHash, startedAtMs: 1, finishedAtMs: 2 }
  return { kind: 'result', output, receipt, signature, salt: null }
}

export const withdrawal = { cancelHash: noHash, contract, txHash: noHash, blockNumber: 3 }

export type Recorded = 'recordBatch' | 'recordFall' | 'recordSettlement' | 'recordProof'

export function recorded(type: Recorded, batch = '1'): Message {
  const chain = { txHash: noHash, blockNumber: 2 }
  if (type === 'recordBatch') return { type, batch, data: noHash, line: 0, message: noHash, ...chain }
  if (type === 'recordFall') return { type, batch, how: 'orphaned' }
  return type === 'recordSettlement' ? { type, ...chain } : { type, ...chain, size: 1, root: noHash, bundle: noHash }
}
