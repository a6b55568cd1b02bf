import type { Needs } from '../../protocol/capacity.ts'
import type { Hex } from '../../protocol/hash.ts'
import { lastFor } from '../../protocol/once-for.ts'
import type { Subtask } from '../../protocol/plan.ts'
import type { Priority } from '../../protocol/task.ts'
import { leastStakeBps } from './deter.ts'
import { underWay } from './expire.ts'
import { unfitField } from './fit.ts'
import { goldDue } from './gold.ts'
import { chosenOf } from './grow.ts'
import { needsField } from './needs.ts'
import { givenAtMs } from './overview.ts'
import { clearedDomains } from './policy/cleared.ts'
import { type Preemptible, preemptibleIn } from './preempt.ts'
import { priorityOf } from './priority.ts'
import { readySubtasks } from './ready.ts'
import { type Reserved, reservedOf } from './reserve.ts'
import { silentIn } from './silent.ts'
import { dueMsOf } from './starve.ts'
import { isEnded, type Task } from './state.ts'

/**
 * Ready subtasks of one skill that a demand names, in the order of the plan: when one is given out, the next is named. A
 * list of a thousand items is not told anew with each of them.
 */
const namedPerSkill = 16

/** What a task asks of agents, and has of them: enough to share out their places among all tasks. */
export interface Demand {
  readonly priority: Priority
  /** The requesting domain; empty for a response plan. */
  readonly domainId: string
  readonly isOpen: boolean
  readonly submittedAtMs: number
  /** What draws go by; null where there is none, and where nothing waits to be drawn for. */
  readonly seed: Hex | null
  /** When work of it was last given out; 0 for never. */
  readonly givenAtMs: number
  /** Agents at work for it, and at how many attempts. */
  readonly holding: Readonly<Record<string, number>>
  readonly waiting: readonly Wanted[]
  /** What agents have committed to it; absent where that is nothing. */
  readonly reserved?: Reserved
  /** Attempts of it that may be broken off for an emergency; absent where there are none. */
  readonly preemptible?: readonly Preemptible[]
}

/** A subtask that could be assigned now. */
export interface Wanted {
  readonly subtaskId: string
  /** The number of the attempt that it waits for. */
  readonly attempt: number
  readonly skill: string
  readonly replicas: number
  /** Domains that have a replica of it already; absent where this is the first attempt at it. */
  readonly besides?: readonly string[]
  /** The gold question that is asked instead, by its hash; absent where none is. */
  readonly gold?: Hex
  /** Agents that failed it before. */
  readonly failed: readonly string[]
  /** Time for an attempt. */
  readonly deadlineMs: number
  /** The least stake that deters from lying, as a share of an agent's price in basis points; absent where none is asked. */
  readonly stakeBps?: number
  /** The domains that it may be given to; absent where no policy set was asked. */
  readonly domains?: readonly string[]
  /** What an agent must commit to it; absent where that is nothing. */
  readonly needs?: Needs
  /** Agents that do not take what it gives, and why; absent where all do. */
  readonly unfit?: Readonly<Record<string, string>>
  /** Set when it was said that it waits too long: the deadline that is at risk, as far as there is one. */
  readonly starving: { readonly dueMs: number } | null
}

/** Asked of a task as it will be by an entry, for that entry's stamp, and before the next. */
export const demandOf = lastFor((task: Task): Demand => {
  const { submitted, subtasks, overview } = task
  const reserved = reservedOf(task)
  const preemptible = preemptibleIn(task)
  const waiting = waitingOf(task)
  return {
    priority: submitted ? priorityOf(submitted) : 'normal',
    domainId: submitted?.requester.domainId ?? '',
    isOpen: submitted !== null && !isEnded(task),
    submittedAtMs: submitted?.atMs ?? 0,
    seed: waiting.length > 0 ? task.seed : null,
    givenAtMs: isEnded(task) ? givenAtMs(subtasks.values()) : overview.givenAtMs,
    holding: holdingOf(task),
    waiting,
    ...(Object.keys(reserved).length > 0 ? { reserved } : {}),
    ...(preemptible.length > 0 ? { preemptible } : {}),
  }
})

/** An agent holds what it executes; while it waits to reveal what it committed its hands are free. */
export function holdingOf(task: Task): Record<string, number> {
  const holding: Record<string, number> = {}
  for (const progress of underWay(task)) {
    if (progress.phase !== 'executing') continue
    for (const agentId of silentIn(progress)) holding[agentId] = (holding[agentId] ?? 0) + 1
  }
  return holding
}

function waitingOf(task: Task): Wanted[] {
  const named = new Map<string, number>()
  return readySubtasks(task).flatMap(subtask => {
    const { skill } = subtask
    const before = named.get(skill) ?? 0
    named.set(skill, before + 1)
    return before < namedPerSkill ? [wantedFor(task, subtask)] : []
  })
}

/** What a ready subtask is wanted for. */
export function wantedFor(task: Task, subtask: Subtask): Wanted {
  const { id: subtaskId, skill, deadlineMs } = subtask
  const progress = task.subtasks.get(subtaskId)!
  const isGrowing = progress.phase === 'growing'
  const besides = isGrowing ? { besides: chosenOf(progress).map(({ domainId }) => domainId) } : {}
  const replicas = isGrowing ? 1 : subtask.replicas
  const { attempts, failed, warned } = progress
  const cleared = clearedDomains(task, progress)
  const domains = cleared ? { domains: cleared } : {}
  // JSON has no infinity.
  const starving = warned ? { dueMs: Math.min(dueMsOf(task, subtask), Number.MAX_SAFE_INTEGER) } : null
  const stakeBps = Number(leastStakeBps(task.submitted!.terms, subtask) ?? 0n)
  const deterred = stakeBps > 0 ? { stakeBps } : {}
  const wanted = { subtaskId, attempt: attempts + 1, skill, replicas, failed: [...failed], deadlineMs }
  const question = goldDue(task, subtask)
  return {
    ...wanted,
    ...besides,
    ...(question ? { gold: question } : {}),
    ...deterred,
    starving,
    ...domains,
    ...needsField(task, subtask),
    ...unfitField(progress),
  }
}
