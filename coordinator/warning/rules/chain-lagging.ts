import type { Warning } from '../../../protocol/alert.ts'
import type { MessageState } from '../../../protocol/chain-message.ts'
import { isEnded } from '../../flow/state.ts'
import { seconds } from '../against-past.ts'
import type { Rule } from '../rule.ts'

/** With these a message waits for the chain no more. */
const done: ReadonlySet<MessageState> = new Set([
  'FINAL',
  'NOTIFIED',
  'COMPLETED',
  'REVERTED',
  'REJECTED',
  'CANCELLED',
  'DEAD',
])

/** Messages wait too long to come into a block, blocks to be final, or budgets to be reserved, for whatever reason. */
export function chainLagging(): Rule {
  /** Since when each message has waited for a block, or in one; in the order in which they came. */
  const waiting = new Map<string, number>()
  const mined = new Map<string, number>()
  /** Since when each task has waited for its budget. */
  const unfunded = new Map<string, number>()
  return {
    observe(observed) {
      if (observed.kind === 'event') {
        const { after, event } = observed
        if (event.type === 'TaskSubmitted') unfunded.set(after.taskId, event.atMs)
        else if (after.funded || isEnded(after)) unfunded.delete(after.taskId)
        return
      }
      const { messageId, state, atMs } = observed.record
      if (done.has(state)) {
        waiting.delete(messageId)
        mined.delete(messageId)
      } else if (state === 'MINED') {
        waiting.delete(messageId)
        mined.set(messageId, atMs)
      } else if (!waiting.has(messageId)) {
        mined.delete(messageId)
        waiting.set(messageId, atMs)
      }
    },
    warnings({ atMs, thresholds }) {
      const { waitingMs, finalityMs } = thresholds['chain-lagging']
      return [
        ...lagOf('waiting', waiting, waitingMs, atMs, 'messages that wait for a block'),
        ...lagOf('finality', mined, finalityMs, atMs, 'messages that are in a block that is not final'),
        ...lagOf('budgets', unfunded, waitingMs, atMs, 'tasks that wait for their budget'),
      ]
    },
  }
}

function lagOf(
  chain: NonNullable<Warning['about']['chain']>,
  since: ReadonlyMap<string, number>,
  boundMs: number,
  atMs: number,
  what: string,
): Warning[] {
  const late = [...since.values()].filter(sinceMs => atMs - sinceMs > boundMs)
  if (late.length === 0) return []
  // There may be more of them than a call takes arguments.
  const oldestMs = atMs - late.reduce((a, b) => Math.min(a, b))
  return [
    {
      code: 'chain-lagging',
      about: { chain },
      severity: oldestMs > boundMs * 5 ? 'critical' : 'warning',
      cause: `${late.length} of ${since.size} ${what} have been so for more than ${seconds(boundMs)}, the oldest for ${seconds(oldestMs)}`,
      figures: { late: late.length, waiting: since.size, oldestMs, boundMs },
      suggestion:
        'See what waits (entente chain list), the nodes (entente node list), the keys (entente key list) and the fees.',
    },
  ]
}
