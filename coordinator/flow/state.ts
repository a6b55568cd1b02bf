import { OrderedMap, Map as PersistentMap } from 'immutable'
import type { Json } from '../../protocol/canonical.ts'
import type { TaskEventOf } from '../../protocol/events.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { Plan } from '../../protocol/plan.ts'
import { endStates, type TaskState } from '../../protocol/task.ts'
import { Outputs } from './outputs.ts'
import type { Node } from './plan-index.ts'
import type { SubtaskProgress } from './progress.ts'
import { type Replanning, unplanned } from './replan/replanning.ts'

/** What is known of one task: the fold of its events. Values are never changed in place. */
export interface Task {
  readonly taskId: Hex
  /** How many events have been folded in. */
  readonly length: number
  readonly state: TaskState | 'unknown'
  readonly submitted: TaskEventOf<'TaskSubmitted'> | null
  /** Its budget is reserved, or covered by the requester's account. */
  readonly funded: boolean
  /** What draws go by: nobody who shaped the task knew it. Null before it is funded, and in older logs. */
  readonly seed: Hex | null
  readonly screened: boolean
  /** A policy set was asked: from then on no work is given out without. */
  readonly policed: boolean
  /** As planned, and with a subtask for each item of the lists that are known by now. */
  readonly plan: Plan | null
  readonly replanning: Replanning
  /** Bytes of events that a message of its bus has room for; null before it is planned, and in older logs. */
  readonly messageBytes: number | null
  /** In the order of the plan, then as they came: items of lists, what another plan brought, what takes something back. What was given up stays. */
  readonly subtasks: OrderedMap<string, SubtaskProgress>
  readonly overview: Overview
  /** Subtasks of the plan, in the order in which they were completed. */
  readonly completions: readonly string[]
  /** Since when its work may be given out: planned, or resumed. */
  readonly openSinceMs: number
  readonly paused: boolean
  /** When the last pause or resumption was signed: an older one is stale. */
  readonly pauseSignedAtMs: number
  readonly output: Json
  readonly contribution: TaskEventOf<'ContributionMeasured'> | null
  readonly settlement: TaskEventOf<'SettlementComputed'> | null
  /** The batch that it is in: the last that was posted with it, and has not fallen. */
  readonly batch: TaskEventOf<'TaskBatched'> | null
  readonly settled: boolean
  readonly proven: TaskEventOf<'TaskProven'> | null
}

/**
 * What the rules ask of all subtasks of a task under way at every event: carried along, so that an event costs the same in
 * a task of thousands. It says nothing that the subtasks do not say, and `overviewOf` finds it again from them; once the task has ended it is empty.
 */
export interface Overview {
  /** The order of the nodes: as they were planned, then the items of lists, as these were made. */
  readonly places: ReadonlyMap<string, number>
  /** Of which something may follow: they have not ended, and all that they wait for has. In their order. */
  readonly live: readonly Live[]
  readonly lists: PersistentMap<string, ListCount>
  readonly outputs: Outputs
  /** What attempts hold of the budget. */
  readonly held: bigint
  /** When work was last given out; 0 for never. */
  readonly givenAtMs: number
}

export interface Live {
  readonly node: Node
  readonly progress: SubtaskProgress
}

/** Of the items of a list. */
export interface ListCount {
  /** That have not ended. */
  readonly left: number
  /** That were begun, and have not ended. */
  readonly running: number
  /** When the last of those ended that have; 0 where none has. */
  readonly endedMs: number
}

/** Completed, failed, cancelled or rejected: only what follows from that happens to it. */
export function isEnded({ state }: Pick<Task, 'state'>): boolean {
  return state !== 'unknown' && endStates.has(state)
}

export const emptyOverview: Overview = {
  places: new Map(),
  live: [],
  lists: PersistentMap(),
  outputs: new Outputs(OrderedMap()),
  held: 0n,
  givenAtMs: 0,
}

export function unknownTask(taskId: Hex): Task {
  return {
    taskId,
    length: 0,
    state: 'unknown',
    submitted: null,
    funded: false,
    seed: null,
    screened: false,
    policed: false,
    plan: null,
    replanning: unplanned,
    messageBytes: null,
    subtasks: OrderedMap(),
    overview: emptyOverview,
    completions: [],
    openSinceMs: 0,
    paused: false,
    pauseSignedAtMs: 0,
    output: null,
    contribution: null,
    settlement: null,
    batch: null,
    settled: false,
    proven: null,
  }
}
