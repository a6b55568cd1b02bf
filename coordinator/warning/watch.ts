import type { AlertCode, Warning } from '../../protocol/alert.ts'
import { type ChainEntry, recordsOf } from '../../protocol/chain-message.ts'
import type { TaskEntry } from '../../protocol/events.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { Thresholds } from '../../protocol/supervision.ts'
import { evolve } from '../flow/evolve.ts'
import { isEnded, type Task, unknownTask } from '../flow/state.ts'
import type { Observed, Rule } from './rule.ts'
import { agentDegrading } from './rules/agent-degrading.ts'
import { chainLagging } from './rules/chain-lagging.ts'
import { deadlineAtRisk } from './rules/deadline-at-risk.ts'
import { disagreementRising } from './rules/disagreement-rising.ts'
import { spendingTooFast } from './rules/spending-too-fast.ts'
import { unusualRefusals } from './rules/unusual-refusals.ts'

const rules: Readonly<Record<AlertCode, () => Rule>> = {
  'deadline-at-risk': deadlineAtRisk,
  'agent-degrading': agentDegrading,
  'spending-too-fast': spendingTooFast,
  'unusual-refusals': unusualRefusals,
  'disagreement-rising': disagreementRising,
  'chain-lagging': chainLagging,
}

/**
 * All rules over the streams, in their order: entries of tasks and of messages to the chain in, warnings out. It holds what
 * follows from the streams and nothing else, so whoever reads them from the beginning has the same.
 */
export class Watch {
  readonly #rules = Object.values(rules).map(make => make())
  readonly #openTasks = new Map<Hex, Task>()

  takeTask({ taskId, first, events }: TaskEntry): void {
    let task = this.#openTasks.get(taskId) ?? unknownTask(taskId)
    // Of one that has ended, only what takes it back, settles and proves it follows.
    if (task.length !== first) return
    for (const event of events) {
      const after = evolve(task, event)
      this.#observe({ kind: 'event', event, before: task, after })
      task = after
    }
    if (isEnded(task)) this.#openTasks.delete(taskId)
    else this.#openTasks.set(taskId, task)
  }

  takeChain(entry: ChainEntry): void {
    for (const record of recordsOf(entry)) this.#observe({ kind: 'step', record })
  }

  /** What is wrong at this time. */
  warnings(thresholds: Thresholds, atMs: number): Warning[] {
    return this.#rules.flatMap(rule => rule.warnings({ atMs, thresholds, openTasks: this.#openTasks }))
  }

  #observe(observed: Observed): void {
    for (const rule of this.#rules) rule.observe(observed)
  }
}
