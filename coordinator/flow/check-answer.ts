import { type Answer, placeOf } from '../../protocol/answer.ts'
import { signerOf } from '../../protocol/documents.ts'
import type { Hex } from '../../protocol/hash.ts'
import { type CommitmentScope, commitmentOf } from '../../protocol/receipt.ts'
import type { SigningDomain } from '../../protocol/typed-data.ts'
import { chosenOf } from './grow.ts'
import type { Task } from './state.ts'

/**
 * Why an answer is not to be believed, or null when it is: signed by the wallet that the attempt was assigned to, and,
 * where the agent had committed, opening that very commitment.
 */
export function faultOfAnswer(task: Task, agentId: string, answer: Answer, domain: SigningDomain): string | null {
  const { taskId, subtaskId, attempt, agentId: signedFor } = placeOf(answer)
  if (taskId !== task.taskId) return 'it is for another task'
  if (signedFor !== agentId) return `it is agent ${signedFor}'s`
  const progress = task.subtasks.get(subtaskId)
  const wallet = progress && chosenOf(progress).find(choice => choice.agentId === agentId)?.wallet
  if (!progress || !wallet) return `agent ${agentId} was not asked`
  if (signerOfAnswer(answer, domain) !== wallet) return `the signature is not agent ${agentId}'s`
  const commitment = progress.commitments.get(agentId)
  if (answer.kind !== 'result' || !commitment || progress.assigned!.answer !== 'commit') return null
  const { chainId, verifyingContract: contract } = domain
  const scope: CommitmentScope = { chainId, contract, taskId, subtaskId, attempt, agentId, wallet }
  return answer.salt && opens(commitment, scope, answer.receipt.outputHash, answer.salt)
    ? null
    : 'it does not open the commitment'
}

function signerOfAnswer(answer: Answer, domain: SigningDomain) {
  if (answer.kind === 'commit') return signerOf(domain, 'Commit', answer.commit, answer.signature)
  if (answer.kind === 'result') return signerOf(domain, 'Receipt', answer.receipt, answer.signature)
  return signerOf(domain, 'Failure', answer.failure, answer.signature)
}

function opens(commitment: Hex, scope: CommitmentScope, outputHash: Hex, salt: Hex): boolean {
  return commitmentOf(scope, outputHash, salt) === commitment
}
