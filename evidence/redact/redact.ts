import { EntenteError } from '../../protocol/errors.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import type { Bundle, RedactedBundle } from '../../protocol/evidence.ts'

/**
 * What a domain may see of a bundle: how the task went, its money and who took part; the payloads that were addressed to
 * the domain, and what its own agents answered. Of all else the types and hashes.
 * @param reader a domain, or null for one who took no part
 * @throws EntenteError REDACTION_NEEDLESS for the domain that ordered the task, READER_UNKNOWN for one that took no part
 */
export function redact(bundle: Bundle, reader: string | null): RedactedBundle {
  const { template: _, uses: __, planning: ___, replannings: ____, judgings: _____, events, batch, ...rest } = bundle
  const [first] = events
  if (reader !== null && first?.event.type === 'TaskSubmitted' && first.event.requester.domainId === reader) {
    throw new EntenteError('REDACTION_NEEDLESS', `${reader} ordered the task, and may see all of it`)
  }
  const domains = new Set(bundle.parties.map(({ domainId }) => domainId))
  if (reader !== null && !domains.has(reader)) {
    throw new EntenteError(
      'READER_UNKNOWN',
      `${reader} took no part in the task: ${[...domains].sort().join(', ')} did`,
    )
  }
  const sees = sightOf(bundle, reader)
  const left = events.map(({ event, hash }) => (sees(event) ? { event, hash } : { withheld: event.type, hash }))
  const posted = batch && { id: batch.id, header: batch.header, final: batch.final }
  return { ...rest, ...(posted && { batch: posted }), format: 'entente.redacted/1', reader, events: left }
}

/** Types that tell what was asked, given, said or answered; of the others anybody in the consortium may know. */
const payloads: ReadonlySet<TaskEvent['type']> = new Set<TaskEvent['type']>([
  'TaskSubmitted',
  'TaskPlanned',
  'TaskReplanned',
  'ReplanSought',
  'ReplanRefused',
  'SubtaskAssigned',
  // Who made sealed values for whom; their signatures are checked beside the assignments.
  'KeysAsked',
  'KeysAnswered',
  'ResultCommitted',
  'ResultReceived',
  // Their hashes are of answers that somebody may guess at; the reasons quote them.
  'JudgeAsked',
  'JudgeAnswered',
  'JudgeGivenUp',
  'SubtaskAgreed',
  'AttemptFailed',
  'AttemptPreempted',
  'SubtaskFailed',
  'SubtaskExpanded',
  'SubtaskCompleted',
  'SubtaskGathered',
  'ApprovalRequested',
  'ApprovalAnswered',
  'SignalReceived',
  'QuestionAsked',
  'QuestionAnswered',
  'TaskCompleted',
  'TaskFailed',
  'TaskRejected',
  'TaskCanceled',
])

function sightOf({ parties }: Bundle, reader: string | null): (event: TaskEvent) => boolean {
  const own = new Set(parties.filter(({ domainId }) => domainId === reader).map(({ agentId }) => agentId))
  return event => {
    if (!payloads.has(event.type)) return true
    if (event.type === 'SubtaskAssigned') return event.chosen.some(({ domainId }) => domainId === reader)
    return (event.type === 'ResultReceived' || event.type === 'ResultCommitted') && own.has(event.agentId)
  }
}
