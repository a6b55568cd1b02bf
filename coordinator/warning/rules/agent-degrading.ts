import type { Warning } from '../../../protocol/alert.ts'
import type { TaskEvent } from '../../../protocol/events.ts'
import type { Task } from '../../flow/state.ts'
import { type Compared, compare, Histories, medianMs, percent, seconds } from '../against-past.ts'
import type { Rule } from '../rule.ts'

/** An agent fails, falls silent or takes longer more often than it used to. */
export function agentDegrading(): Rule {
  const agents = new Histories()
  return {
    observe(observed) {
      if (observed.kind !== 'event') return
      for (const { agentId, ...outcome } of outcomesOf(observed.event, observed.before)) agents.add(agentId, outcome)
    },
    warnings({ atMs, thresholds }) {
      const span = thresholds['agent-degrading']
      return [...agents.entries()].flatMap(([agentId, history]) => {
        const compared = compare(history, span, atMs)
        return (compared && warningOf(agentId, compared, span.slower)) ?? []
      })
    },
  }
}

function warningOf(agentId: string, compared: Compared, slower: number): Warning | null {
  const { recent, past, recentShare, pastShare, risen } = compared
  const [recentMs, pastMs] = [medianMs(recent), medianMs(past)]
  const slowed = recentMs !== null && pastMs !== null && pastMs > 0 && recentMs >= pastMs * slower
  if (!risen && !slowed) return null
  const failing = `${percent(recentShare)} of its last ${recent.length} answers failed or never came, ${percent(pastShare)} of the ${past.length} before`
  const taking = slowed ? `it takes ${seconds(recentMs)} where it took ${seconds(pastMs)}` : null
  return {
    code: 'agent-degrading',
    about: { agentId },
    severity: recentShare >= 0.75 ? 'critical' : 'warning',
    cause: [risen ? failing : null, taking].filter(each => each !== null).join('; '),
    figures: {
      recentShare,
      pastShare,
      recent: recent.length,
      past: past.length,
      ...(recentMs === null ? {} : { recentMs }),
      ...(pastMs === null ? {} : { pastMs }),
    },
    suggestion: 'Ask its domain what changed; pass it over until it is well.',
  }
}

/** What an agent committed to counts when it commits: the reveal takes no work. */
function outcomesOf(
  event: TaskEvent,
  before: Task,
): { agentId: string; atMs: number; bad: boolean; tookMs?: number }[] {
  const { atMs } = event
  const assignedOf = (subtaskId: string) => before.subtasks.get(subtaskId)?.assigned
  switch (event.type) {
    case 'ResultCommitted':
      return [{ agentId: event.agentId, atMs, bad: false, ...took(assignedOf(event.subtaskId), atMs) }]
    case 'ResultReceived': {
      const assigned = assignedOf(event.subtaskId)
      const { agentId, answer } = event
      if (answer.kind === 'failure') return [{ agentId, atMs, bad: true }]
      return assigned?.answer === 'result' ? [{ agentId, atMs, bad: false, ...took(assigned, atMs) }] : []
    }
    case 'AttemptExpired':
      if (event.phase === 'excused') return []
      return event.silent.map(agentId => ({ agentId, atMs, bad: true }))
    default:
      return []
  }
}

function took(assigned: { readonly atMs: number } | null | undefined, atMs: number) {
  return assigned ? { tookMs: atMs - assigned.atMs } : {}
}
