import type { Choice } from '../../protocol/assignment.ts'
import type { Json } from '../../protocol/canonical.ts'
import type { TaskEventOf } from '../../protocol/events.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { Keeper, KeyAnswer, KeysAsked } from '../../protocol/key-release.ts'
import type { Fault } from '../../protocol/settlement.ts'
import type { Verdict } from '../../protocol/verdict.ts'

/** What is known of one subtask: part of the fold of its task's events. */
export interface SubtaskProgress {
  readonly id: string
  readonly phase:
    | 'waiting'
    | 'executing'
    | 'revealing'
    /** Waits for one more agent to be asked the same. */
    | 'growing'
    /** A model is asked which of the answers stands. */
    | 'judging'
    | 'agreed'
    | 'approving'
    | 'completed'
    | 'failed'
    | 'skipped'
    | 'expanded'
    | 'awaiting'
    | 'asking'
    /** Given up for another plan. */
    | 'dropped'
  /** Attempts begun. */
  readonly attempts: number
  /** Replicas that were added, one after the other: see `grow.ts`. */
  readonly growth: Growing
  /** Gold questions that were drawn for it, by hash, and those whose answers were told. */
  readonly gold: { readonly asked: readonly Hex[]; readonly opened: readonly OpenedGold[] }
  /** How many of them were broken off for emergencies: they count for nothing. */
  readonly preempted: number
  /** Attempts of whose agents some were excused: see `excuse.ts`. */
  readonly excused: readonly number[]
  /** When the last of what happened to it did; 0 where nothing has. */
  readonly sinceMs: number
  /** It was said that it waits too long: not said again before it is assigned. */
  readonly warned: boolean
  /** When it was first assigned; of a compensation, when it was opened. */
  readonly begunAtMs: number | null
  /** Whom each attempt was given to, by its number. */
  readonly asked: ReadonlyMap<number, readonly string[]>
  /** What each agent said in each attempt: see `fence.ts`. */
  readonly said: ReadonlyMap<string, string>
  /** The attempt that is open, or was the last. */
  readonly assigned: TaskEventOf<'SubtaskAssigned'> | null
  /** Of an attempt whose input holds sealed values: what was asked of their makers, and what they said. */
  readonly keys: Keys | null
  readonly commitments: ReadonlyMap<string, Hex>
  readonly results: ReadonlyMap<string, Result>
  readonly failures: ReadonlyMap<string, { readonly reason: string; readonly retry: boolean }>
  /** Agents that failed this subtask, in whatever attempt and way. */
  readonly failed: ReadonlySet<string>
  /** Set when the deadline of the open phase has passed. */
  readonly expired: ReadonlySet<string>
  /** When the open phase ends, or the wait before another attempt. */
  readonly phaseDeadlineMs: number
  /** How long agents were given for the open phase, or the last that they had. */
  readonly givenMs: number
  readonly judging: Judging | null
  readonly verdict: Verdict | null
  readonly output: Json
  readonly approval: TaskEventOf<'ApprovalRequested'> | null
  readonly question: TaskEventOf<'QuestionAsked'> | null
  /** What a policy set said last of giving it out. */
  readonly flows: TaskEventOf<'FlowsDecided'> | null
  /** Which agents do not take what it would give them; null where none was found. */
  readonly fit: TaskEventOf<'FitDecided'> | null
  /** Approvals of flows that were given, by their content hash. */
  readonly consents: ReadonlySet<Hex>
  /** What agents did wrong, over all attempts. */
  readonly faults: readonly AgentFault[]
  /** The item of a list that this subtask is for, or null. */
  readonly part: Part | null
  /** Of a wait: its time has come, and no signal with it. */
  readonly elapsed: boolean
  /** Of a wait: the signal that ended it, see `wait.ts`. */
  readonly heard: Hex | null
  /** Of what a signal or an answer brought sealed: who keeps its keys. */
  readonly keepers: readonly Keeper[]
}

/** A gold question that was asked, and what came of it. */
export interface OpenedGold {
  readonly attempt: number
  readonly skill: string
  readonly chosen: readonly Choice[]
  /** Its answer was told. */
  readonly told: boolean
  /** By agent: null where it was right, else the hash of its output. */
  readonly answers: Readonly<Record<string, Hex | null>>
}

export interface Growing {
  /** Those who were asked before the open attempt, and whose answers it adds to. */
  readonly before: readonly Choice[]
  /** The attempt with which it began. */
  readonly since: number
  /** Attempts that added a replica, over all the subtask's. */
  readonly added: number
  /** No more are asked. */
  readonly ended: boolean
  /** What the attempt was at when one more was wanted; null while none is. */
  readonly from: 'executing' | 'revealing' | null
}

/** Of an attempt about which a judge was asked. */
export interface Judging {
  readonly asked: TaskEventOf<'JudgeAsked'>
  readonly answered: TaskEventOf<'JudgeAnswered'> | null
  /** Why it gave no answer; null while one may come. */
  readonly givenUp: string | null
}

export interface Keys {
  readonly asked: KeysAsked
  /** What the request is called in answers. */
  readonly hash: Hex
  readonly answers: ReadonlyMap<string, KeyAnswer>
  /** When the last answer came, or they were asked. */
  readonly lastMs: number
}

export interface Part {
  /** The subtask over the list. */
  readonly of: string
  readonly index: number
  /** What expressions call the item. */
  readonly as: string
  readonly item: Json
}

export interface Result {
  readonly output: Json
  readonly outputHash: Hex
  /** By its receipt. */
  readonly tookMs: number
}

export interface AgentFault {
  readonly agentId: string
  readonly domainId: string
  readonly fault: Fault
  readonly subtaskId: string
  /** Shown by an answer that was known beforehand. */
  readonly gold?: true
  /** The stake that the fault is measured against, as it stood when the work was assigned. */
  readonly stake: string
  /** Content hash of what proves it: the deviating output, the opened input, the unopened commitment. */
  readonly evidence: Hex
}

export const ungrown: Growing = { before: [], since: 0, added: 0, ended: false, from: null }

/** Shared by all: of the subtasks of a plan most are as this for most of the time. */
const blank: Omit<SubtaskProgress, 'id'> = {
  phase: 'waiting',
  attempts: 0,
  growth: ungrown,
  gold: { asked: [], opened: [] },
  preempted: 0,
  excused: [],
  sinceMs: 0,
  warned: false,
  begunAtMs: null,
  asked: new Map(),
  said: new Map(),
  assigned: null,
  keys: null,
  commitments: new Map(),
  results: new Map(),
  failures: new Map(),
  failed: new Set(),
  expired: new Set(),
  phaseDeadlineMs: Number.POSITIVE_INFINITY,
  givenMs: 0,
  judging: null,
  verdict: null,
  output: null,
  approval: null,
  question: null,
  flows: null,
  fit: null,
  consents: new Set(),
  faults: [],
  part: null,
  elapsed: false,
  heard: null,
  keepers: [],
}

export function untouched(id: string): SubtaskProgress {
  return { id, ...blank }
}

/** Completed or skipped: what waits for it may begin. */
export function hasEnded({ phase }: { readonly phase: string } = { phase: 'waiting' }): boolean {
  return phase === 'completed' || phase === 'skipped'
}
