import type { Answer } from '../protocol/answer.ts'
import { contentHash } from '../protocol/canonical.ts'
import { capacityDocument } from '../protocol/capacity.ts'
import type { DocumentName } from '../protocol/documents.ts'
import type { TaskEvent, TaskEventOf } from '../protocol/events.ts'
import type { Bundle } from '../protocol/evidence.ts'
import { eventAt } from './finding.ts'
import type { Statement } from './statement.ts'
import { walletOf, walletOfMaker } from './wallet-of.ts'

/** What an event carries that somebody signed: most have one signature, or none. */
export function statementsOf(bundle: Bundle, event: TaskEvent, index: number): Statement[] {
  if (event.type === 'SubtaskAssigned') return capacitiesOf(event, index)
  if (event.type === 'AttemptPreempted') return claimOf(event, index)
  if (event.type === 'KeysAsked') {
    return event.receivers.map(({ agentId, publicKey, signature }, place) => ({
      where: eventAt(index, 'receivers', place),
      name: 'SealingKey',
      document: { agentId, publicKey },
      signature,
      ...agent(bundle, index, { ...event, agentId }),
    }))
  }
  const statement = statementOf(bundle, event, index)
  return statement ? [statement] : []
}

/** The order of the emergency for which an attempt was broken off. */
function claimOf({ claim: { authority } }: TaskEventOf<'AttemptPreempted'>, index: number): Statement[] {
  if (authority.by !== 'order') return []
  const { order, signature } = authority
  const where = eventAt(index, 'claim', 'authority', 'order')
  const who = "the emergency's requester"
  return [{ where, name: 'TaskOrder', document: order, signature, wallet: order.requester, who }]
}

function capacitiesOf({ chosen }: TaskEventOf<'SubtaskAssigned'>, index: number): Statement[] {
  return chosen.flatMap(({ agentId, wallet, capacity }, place) => {
    if (!capacity) return []
    const where = eventAt(index, 'chosen', place, 'capacity')
    const { signature } = capacity
    return [
      { where, name: 'Capacity', document: capacityDocument(capacity), signature, wallet, who: `agent ${agentId}` },
    ]
  })
}

function statementOf(bundle: Bundle, event: TaskEvent, index: number): Statement | null {
  const { taskId } = bundle
  switch (event.type) {
    case 'TaskSubmitted': {
      if (event.authority.by !== 'order') return null
      const { order, signature } = event.authority
      const where = eventAt(index, 'authority', 'order')
      return { where, name: 'TaskOrder', document: order, signature, wallet: order.requester, who: 'the requester' }
    }
    case 'ResultCommitted': {
      const { subtaskId, attempt, agentId, commitment, signature } = event
      const document = { taskId, subtaskId, attempt, agentId, commitment }
      const by = agent(bundle, index, event)
      return { where: eventAt(index), name: 'Commit', document, signature, ...by }
    }
    case 'ResultReceived': {
      const { name, field, document } = documentOf(event.answer)
      const where = eventAt(index, 'answer', field)
      return { where, name, document, signature: event.answer.signature, ...agent(bundle, index, event) }
    }
    case 'KeysAnswered': {
      const { agentId, answer } = event
      const isRelease = answer.kind === 'release'
      const where = eventAt(index, 'answer', isRelease ? 'release' : 'refusal')
      const document = isRelease ? answer.release : answer.refusal
      const by = { wallet: walletOfMaker(bundle, index, event), who: `agent ${agentId}` }
      return { where, name: isRelease ? 'KeyRelease' : 'KeyRefusal', document, signature: answer.signature, ...by }
    }
    case 'ApprovalAnswered': {
      if (!event.by) return null
      const { subtaskId, contentHash, granted, by } = event
      const document = { taskId, subtaskId, contentHash, granted, atMs: by.signedAtMs }
      return {
        where: eventAt(index),
        name: 'Approval',
        document,
        signature: by.signature,
        wallet: by.approver,
        who: 'the approver',
      }
    }
    case 'SignalReceived': {
      const { signal, payload, by } = event
      const document = { taskId, signal, payloadHash: contentHash(payload), atMs: by.signedAtMs }
      const { signer: wallet, signature } = by
      return { where: eventAt(index), name: 'Signal', document, signature, wallet, who: 'the sender' }
    }
    case 'QuestionAnswered': {
      const { subtaskId, contentHash: shown, answer, by } = event
      if (!by) return null
      const answered = { contentHash: shown, answerHash: contentHash(answer) }
      const document = { taskId, subtaskId, ...answered, atMs: by.signedAtMs }
      const { signer: wallet, signature } = by
      return { where: eventAt(index), name: 'QuestionAnswer', document, signature, wallet, who: 'the one who answered' }
    }
    case 'TaskCanceled': {
      const { reason, by } = event
      if (!by || !('signer' in by)) return null
      const document = { taskId, reason, atMs: by.signedAtMs }
      return {
        where: eventAt(index),
        name: 'Cancellation',
        document,
        signature: by.signature,
        wallet: by.signer,
        who: 'the canceler',
      }
    }
    case 'TaskPaused':
    case 'TaskResumed': {
      const { signer, signedAtMs, signature } = event.by
      const paused = event.type === 'TaskPaused'
      const document = { taskId, atMs: signedAtMs, ...(paused ? { reason: event.reason } : {}) }
      const name = paused ? 'Pause' : 'Resumption'
      return { where: eventAt(index), name, document, signature, wallet: signer, who: 'the one who stopped it' }
    }
    default:
      return null
  }
}

function documentOf(answer: Answer): { name: DocumentName; field: string; document: object } {
  if (answer.kind === 'commit') return { name: 'Commit', field: 'commit', document: answer.commit }
  if (answer.kind === 'result') return { name: 'Receipt', field: 'receipt', document: answer.receipt }
  return { name: 'Failure', field: 'failure', document: answer.failure }
}

function agent(bundle: Bundle, index: number, event: { subtaskId: string; attempt: number; agentId: string }) {
  return { wallet: walletOf(bundle, index, event), who: `agent ${event.agentId}` }
}
