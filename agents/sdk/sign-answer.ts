import { createHmac } from 'node:crypto'
import type { Answer } from '../../protocol/answer.ts'
import { cutText } from '../../protocol/cut-text.ts'
import { signDocument } from '../../protocol/documents.ts'
import { fromHex, type Hex } from '../../protocol/hash.ts'
import { commitmentOf } from '../../protocol/receipt.ts'
import type { AgentIdentity } from './identity.ts'
import type { Outcome } from './run-skill.ts'

const MAX_REASON_LENGTH = 500

/** What names an attempt, and every document about it begins with. */
export interface AttemptId {
  readonly taskId: Hex
  readonly subtaskId: string
  readonly attempt: number
}

type Done = Extract<Outcome, { kind: 'done' }>

/** Promises the output without showing it. */
export function signCommit(identity: AgentIdentity, attemptId: AttemptId, { outputHash }: Done): Answer {
  const { agentId, wallet, domain } = identity
  const scope = { chainId: domain.chainId, contract: domain.verifyingContract, ...attemptId, agentId, wallet }
  const commit = { ...attemptId, agentId, commitment: commitmentOf(scope, outputHash, saltOf(identity, attemptId)) }
  return { kind: 'commit', commit, signature: signDocument(domain, 'Commit', commit, identity.privateKey) }
}

/** The output with its receipt; `answers` a commitment by opening it with its salt. */
export function signResult(
  identity: AgentIdentity,
  attemptId: AttemptId,
  inputHash: Hex,
  done: Done,
  answers: 'execute' | 'reveal',
): Answer {
  const { agentId, domain, privateKey } = identity
  const { output, outputHash, startedAtMs, finishedAtMs } = done
  const receipt = { ...attemptId, agentId, inputHash, outputHash, startedAtMs, finishedAtMs }
  const salt = answers === 'reveal' ? saltOf(identity, attemptId) : null
  return { kind: 'result', output, receipt, signature: signDocument(domain, 'Receipt', receipt, privateKey), salt }
}

export function signFailure(
  identity: AgentIdentity,
  attemptId: AttemptId,
  inputHash: Hex,
  why: { reason: string; retry: boolean },
): Answer {
  const { agentId, domain, privateKey } = identity
  const failure = {
    ...attemptId,
    agentId,
    inputHash,
    reason: cutText(why.reason, MAX_REASON_LENGTH),
    retry: why.retry,
  }
  return { kind: 'failure', failure, signature: signDocument(domain, 'Failure', failure, privateKey) }
}

/**
 * The salt of an attempt, from the key alone: an agent that lost everything but its key can still open what it
 * committed. To anyone without the key it is random (HMAC-SHA-256 as a pseudorandom function).
 */
function saltOf({ agentId, privateKey }: AgentIdentity, { taskId, subtaskId, attempt }: AttemptId): Hex {
  const hmac = createHmac('sha256', fromHex(privateKey))
  return `0x${hmac.update(`entente/salt/${taskId}|${subtaskId}|${attempt}|${agentId}`).digest('hex')}`
}
