import type { Answer } from '../protocol/answer.ts'
import { contentHash } from '../protocol/canonical.ts'
import type { TaskEventOf } from '../protocol/events.ts'
import type { Bundle } from '../protocol/evidence.ts'
import { commitmentOf } from '../protocol/receipt.ts'
import { assignmentBefore, commitmentBefore } from './assigned.ts'
import { type Check, eventAt, type Finding } from './finding.ts'
import { walletOf } from './wallet-of.ts'

/**
 * Whether each answer is to what was asked, and its document is about what came with it: the attempt, the input and the
 * output; and whether each reveal opens the commitment that its agent gave before.
 */
export function checkAnswers(bundle: Bundle): Check {
  const answers = bundle.events.flatMap(({ event }, index) =>
    event.type === 'ResultReceived' ? [{ event, index }] : [],
  )
  const findings = answers.flatMap(({ event, index }) => [
    ...misplaced(bundle, event, index),
    ...mismatched(bundle, event, index),
    ...unopened(bundle, event, index),
  ])
  return { name: 'answers', count: answers.length, findings }
}

type Received = TaskEventOf<'ResultReceived'>

function misplaced({ taskId }: Bundle, { subtaskId, attempt, agentId, answer }: Received, index: number): Finding[] {
  const { field, document } = signedPart(answer)
  return Object.entries({ taskId, subtaskId, attempt, agentId }).flatMap(([name, expected]) => {
    const found = document[name as 'taskId' | 'subtaskId' | 'attempt' | 'agentId']
    if (found === expected) return []
    return [{ where: eventAt(index, 'answer', field, name), what: `it is for ${found}; the event is for ${expected}` }]
  })
}

function mismatched(bundle: Bundle, event: Received, index: number): Finding[] {
  const { answer } = event
  if (answer.kind === 'commit') return []
  const { field, document } = signedPart(answer)
  const findings: Finding[] = []
  const asked = assignmentBefore(bundle, index, event)?.inputHash
  if (asked && 'inputHash' in document && document.inputHash !== asked) {
    const what = `it is for input ${document.inputHash}; the agent was given ${asked}`
    findings.push({ where: eventAt(index, 'answer', field, 'inputHash'), what })
  }
  if (answer.kind === 'result' && answer.receipt.outputHash !== contentHash(answer.output)) {
    const what = `its hash is ${contentHash(answer.output)}; the agent's receipt is for ${answer.receipt.outputHash}`
    findings.push({ where: eventAt(index, 'answer', 'output'), what })
  }
  return findings
}

function unopened(bundle: Bundle, event: Received, index: number): Finding[] {
  const { answer, subtaskId, attempt, agentId } = event
  if (answer.kind !== 'result') return []
  const where = eventAt(index, 'answer', 'salt')
  const committed = assignmentBefore(bundle, index, event)?.answer === 'commit'
  if (!committed) return answer.salt === null ? [] : [{ where, what: 'a salt where no commitment was asked for' }]
  const commitment = commitmentBefore(bundle, index, event)
  const wallet = walletOf(bundle, index, event)
  if (!commitment || !wallet) return [{ where, what: `agent ${agentId} had committed to nothing` }]
  const { chainId, contractRegistry: contract } = bundle.chain
  const scope = { chainId, contract, taskId: bundle.taskId, subtaskId, attempt, agentId, wallet }
  if (answer.salt && commitmentOf(scope, contentHash(answer.output), answer.salt) === commitment) return []
  return [{ where, what: `with its output it does not open the commitment ${commitment} of agent ${agentId}` }]
}

function signedPart(answer: Answer) {
  if (answer.kind === 'commit') return { field: 'commit', document: answer.commit }
  if (answer.kind === 'result') return { field: 'receipt', document: answer.receipt }
  return { field: 'failure', document: answer.failure }
}
