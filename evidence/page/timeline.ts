import type { TaskEvent } from '../../protocol/events.ts'
import type { Bundle } from '../../protocol/evidence.ts'
import { isGivenKey } from '../../protocol/key-release.ts'
import type { Verdict } from '../../protocol/verdict.ts'
import { type Html, html } from './html.ts'
import { momentOf } from './moment.ts'

/** So many rows a browser lays out at once. */
const rowsTogether = 500

/** Every event: when, what, about what, by whom and why; all of it opens below. The rows as bodies of one table. */
export function timelineRows({ events }: Bundle): Html[] {
  const rows = events.map(({ event }) => {
    const all = JSON.stringify(event, null, 2)
    return html`<tr><td>${momentOf(event.atMs)}</td><td>${wordsOf(event.type)}</td><td>${about(event)}</td>
<td><details><summary>${whyOf(event)}</summary><pre>${all}</pre></details></td></tr>`
  })
  const starts = Array.from({ length: Math.ceil(rows.length / rowsTogether) }, (_, at) => at * rowsTogether)
  return starts.map(from => html`<tbody>${rows.slice(from, from + rowsTogether)}</tbody>`)
}

/** The table that rows of the timeline are in. */
export function timelineSection(rows: readonly Html[]): Html {
  return html`<h2>What happened</h2><table id="timeline"><thead><tr><th>When</th><th>What</th><th>About</th><th>Who and why</th></tr></thead>${rows}</table>`
}

/** `TaskSubmitted` as people write it. */
function wordsOf(type: string): string {
  const words = type.replaceAll(/(?<!^)([A-Z])/g, ' $1').toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function about(event: TaskEvent): string {
  if (!('subtaskId' in event)) return 'the task'
  return 'attempt' in event ? `${event.subtaskId}, attempt ${event.attempt}` : event.subtaskId
}

function agreedBy({ accepted, deviators, judge }: Verdict): string {
  const named = (agents: readonly string[]) => agents.map(agentId => `agent ${agentId}`).join(', ')
  if (!judge) return `agreed by ${named(accepted)}`
  return `a judge decided, the model ${judge.model}: ${named(accepted)} stands, ${named(deviators)} deviates`
}

function whyOf(event: TaskEvent): string {
  switch (event.type) {
    case 'TaskScreened':
      return event.reasons.join('; ')
    case 'SubtaskAssigned':
      return event.chosen.map(({ agentId, reasons }) => `agent ${agentId} (${reasons.join(', ')})`).join('; ')
    case 'ResultCommitted':
    case 'ResultReceived':
      return `agent ${event.agentId}, signed`
    case 'KeysAsked':
      return event.wanted
        .map(
          each => `agent ${each.agentId}, of ${isGivenKey(each) ? `what ${each.by} gave` : each.subtaskId}${each.at}`,
        )
        .join('; ')
    case 'KeysAnswered':
      return event.answer.kind === 'release' ? `agent ${event.agentId}, signed` : event.answer.refusal.reason
    case 'AttemptExpired': {
      const silent = event.silent.map(agentId => `agent ${agentId}`).join(', ')
      return event.phase === 'excused'
        ? `excused, as the coordinator could not hear them: ${silent}`
        : `silent: ${silent}`
    }
    case 'JudgeAsked':
      return `a model is asked which of ${event.answers.length} answers stands`
    case 'JudgeAnswered':
      return `the model ${event.model}: ${event.chosen ? '' : 'nothing chosen in both orders; '}${event.reasons.join(' / ')}`
    case 'SubtaskAgreed':
      return agreedBy(event.verdict)
    case 'ApprovalAnswered':
      return `${event.granted ? 'granted' : 'denied'} by ${event.by?.approver ?? 'the rule for silence'}`
    case 'TaskReplanned':
      return `${event.why}; ${'fallback' in event.by ? `fallback ${event.by.fallback}` : 'a model'}`
    case 'ReplanSought':
      return event.why
    case 'BudgetCovered':
      return `by the requester's account, as of block ${event.blockNumber}`
    case 'TaskBatched':
      return `in batch ${event.batch}, line ${event.line}`
    case 'BatchFell':
      return `batch ${event.batch} was ${event.how}`
    case 'QuestionAnswered':
      return `answered by ${event.by?.signer ?? 'nobody: the default'}`
    default:
      return 'reason' in event ? event.reason : 'by the rules'
  }
}
