import { z } from 'zod'
import type { AlertCode, Warning } from '../../protocol/alert.ts'
import { ChainEntry, ChainStep } from '../../protocol/chain-message.ts'
import type { TaskEntry } from '../../protocol/events.ts'
import type { Hex } from '../../protocol/hash.ts'
import { evolve, fold } from '../flow/evolve.ts'
import { isEnded, type Task, unknownTask } from '../flow/state.ts'
import { HeldTasks } from './held-tasks.ts'
import type { Now, Observed, Rule } from './rule.ts'
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

/** An entry of a message to the chain, as far as rules are about it. */
export const ChainMoments = ChainEntry.extend({ steps: z.array(ChainStep.pick({ state: true, atMs: true })).min(1) })
export type ChainMoments = z.infer<typeof ChainMoments>

/** Of the entries of tasks that are held whole; as objects they take about twice that. */
const usualBytes = 64 * 1_048_576

/**
 * All rules over the streams, in their order: entries of tasks and of messages to the chain in, warnings out. It holds what
 * follows from the streams and nothing else, so whoever reads them from the beginning has the same. Of most open tasks it holds
 * a few numbers: the others' history must be shown to it again when something happens to them, or a rule has to look at them.
 */
export class Watch {
  readonly #rules = Object.values(rules).map(make => make())
  /** How many events every open task has. */
  readonly #open = new Map<Hex, number>()
  readonly #held: HeldTasks

  constructor(mostBytes = usualBytes) {
    this.#held = new HeldTasks(mostBytes, ({ task, atMs }) => {
      for (const rule of this.#rules) rule.letGo?.(task, atMs)
    })
  }

  /** Whether the history of this entry's task must be shown again before it can be taken. */
  isMissing({ taskId, first }: Pick<TaskEntry, 'taskId' | 'first'>): boolean {
    return this.#open.get(taskId) === first && !this.#held.get(taskId)
  }

  /** @param bytes how large the entry is */
  takeTask({ taskId, first, events }: TaskEntry, bytes: number): void {
    // Of one that has ended, only what takes it back, settles and proves it follows.
    if ((this.#open.get(taskId) ?? 0) !== first) return
    const held = this.#held.get(taskId)
    let task = held?.task ?? unknownTask(taskId)
    for (const event of events) {
      const after = evolve(task, event)
      this.#observe({ kind: 'event', event, before: task, after })
      task = after
    }
    if (isEnded(task)) {
      this.#open.delete(taskId)
      this.#held.delete(taskId)
    } else {
      this.#open.set(taskId, task.length)
      this.#held.put({ task, atMs: events.at(-1)!.atMs, bytes: (held?.bytes ?? 0) + bytes })
    }
  }

  takeChain({ messageId, steps }: ChainMoments): void {
    for (const { state, atMs } of steps) this.#observe({ kind: 'step', record: { messageId, state, atMs } })
  }

  /** What is wrong at this time, as far as can be said without the tasks that are `wanted`. */
  warnings(now: Now): Warning[] {
    const ofTasks = this.#held.tasks().flatMap(task => this.#ofTask(task, now))
    return [...this.#rules.flatMap(rule => rule.warnings?.(now) ?? []), ...ofTasks]
  }

  /** Open tasks that are not held, and of which something may be wrong. */
  wanted(now: Now): Hex[] {
    const mayBe = (taskId: Hex) => this.#rules.some(rule => rule.mayWarn?.(taskId, now))
    return [...this.#open.keys()].filter(taskId => !this.#held.get(taskId) && mayBe(taskId))
  }

  /** Holds a task again, of whose log these are the entries from the first on, so large together. */
  showAgain(taskId: Hex, entries: readonly TaskEntry[], bytes: number): void {
    const length = this.#open.get(taskId)
    if (length === undefined || this.#held.get(taskId)) return
    let task = unknownTask(taskId)
    let atMs = 0
    for (const { first, events } of entries) {
      if (first !== task.length || task.length === length) continue
      task = fold(task, events)
      atMs = events.at(-1)!.atMs
    }
    if (task.length === length) this.#held.put({ task, atMs, bytes })
  }

  /** What is wrong at this time with a task that is held. */
  warningsOf(taskId: Hex, now: Now): Warning[] {
    const held = this.#held.get(taskId)
    return held ? this.#ofTask(held.task, now) : []
  }

  #ofTask(task: Task, now: Now): Warning[] {
    return this.#rules.flatMap(rule => rule.ofTask?.(task, now) ?? [])
  }

  #observe(observed: Observed): void {
    for (const rule of this.#rules) rule.observe(observed)
  }
}
