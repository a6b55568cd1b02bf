import { chosenOf } from '../../coordinator/flow/grow.ts'
import type { Task } from '../../coordinator/flow/state.ts'
import type { TaskEvent } from '../../protocol/events.ts'
import { eventAt } from '../finding.ts'
import type { Reached } from './lineage.ts'
import { textOf } from './place.ts'

/** One subtask of a lineage: what it read, who did it, who let it be done, what that earned. */
export interface Step {
  readonly subtaskId: string
  readonly title: string
  readonly reads: readonly string[]
  readonly agents: readonly StepAgent[]
  /** Policy sets that were asked about it, with their word on each domain that was given it. */
  readonly policies: readonly {
    readonly id: string
    readonly version: string
    readonly where: string
    readonly said: readonly string[]
  }[]
  /** What people or the rule for silence said of it. */
  readonly answers: readonly { readonly by: string; readonly what: string; readonly where: string }[]
}

export interface StepAgent {
  readonly agentId: string
  readonly domainId: string
  readonly wallet: string
  /** JSON pointer to the receipt that it signed. */
  readonly receipt: string | null
  /** Its result stands in the verdict. */
  readonly accepted: boolean
  /** What the whole task earned it, in units of the token; null where nothing was settled. */
  readonly earned: string | null
}

export function stepOf(task: Task, events: readonly TaskEvent[], { subtaskId, reads }: Reached): Step {
  const own = events.flatMap((event, index) =>
    'subtaskId' in event && event.subtaskId === subtaskId ? [{ event, index }] : [],
  )
  const progress = task.subtasks.get(subtaskId)!
  const { verdict } = progress
  const chosen = chosenOf(progress)
  const receipts = new Map(
    own.flatMap(({ event, index }) =>
      event.type === 'ResultReceived' && event.answer.kind === 'result'
        ? [[event.agentId, eventAt(index, 'answer', 'receipt')] as const]
        : [],
    ),
  )
  const paid = new Map(task.settlement?.settlement.payments.map(({ agentId, amount }) => [agentId, amount]))
  const node = task.plan?.subtasks.find(({ id }) => id === subtaskId)
  return {
    subtaskId,
    title: node?.title ?? '',
    reads: reads.map(textOf),
    agents: chosen.map(({ agentId, domainId, wallet }) => ({
      agentId,
      domainId,
      wallet,
      receipt: receipts.get(agentId) ?? null,
      accepted: verdict?.accepted.includes(agentId) ?? false,
      earned: task.settlement ? (paid.get(agentId) ?? '0') : null,
    })),
    policies: own.flatMap(({ event, index }) => policyOf(event, index, chosen)),
    answers: own.flatMap(({ event, index }) => answerOf(event, index)),
  }
}

function policyOf(event: TaskEvent, index: number, chosen: readonly { readonly domainId: string }[]): Step['policies'] {
  if (event.type !== 'FlowsDecided') return []
  const { policy, verdicts } = event
  const given = verdicts.filter(({ domainId }) => chosen.some(each => each.domainId === domainId))
  const said = given.map(({ domainId, permit, masks, reasons }) => {
    const masked = masks.length > 0 ? `, ${masks.length} masked` : ''
    return `${domainId}: ${permit ? 'permitted' : 'denied'}${masked} (${reasons.join('; ')})`
  })
  return [{ id: policy.id, version: policy.version, where: eventAt(index), said }]
}

function answerOf(event: TaskEvent, index: number): Step['answers'] {
  const where = eventAt(index)
  switch (event.type) {
    case 'ApprovalAnswered': {
      const by = event.by?.approver ?? 'the rule for silence'
      return [{ by, what: event.granted ? 'approved' : 'denied', where }]
    }
    case 'QuestionAnswered':
      return [{ by: event.by?.signer ?? 'the default', what: 'answered the question', where }]
    case 'SignalReceived':
      return [{ by: event.by.signer, what: `sent ${event.signal}`, where }]
    default:
      return []
  }
}
