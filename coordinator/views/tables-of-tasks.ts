import type { SubtaskProgress } from '../flow/progress.ts'

/** Where a subtask can be. */
export const phases = [
  ...(['waiting', 'executing', 'revealing', 'growing', 'judging', 'agreed', 'approving', 'completed'] as const),
  ...(['failed', 'skipped', 'expanded', 'awaiting', 'asking', 'dropped'] as const),
] as const satisfies readonly SubtaskProgress['phase'][]

/** What can become of an assignment. */
export const standings = ['accepted', 'deviated', 'no-show', 'unrevealed', 'excused', 'preempted'] as const
export type Standing = (typeof standings)[number]

/** Columns that hold one of a few words. */
export interface Words {
  readonly subtasks: { readonly phase: (typeof phases)[number] }
  readonly assignments: { readonly standing: Standing | null }
}

/** Tasks: what was asked, what was done, who was asked about it, and what it cost. */
export const columns = {
  tasks: {
    taskId: 'text',
    /** Sequence of its first entry in the log: the order in which tasks were accepted. */
    number: 'bigint',
    state: 'text',
    goal: 'text',
    template: 'text',
    templateName: 'text?',
    templateVersion: 'text?',
    requester: 'text',
    domainId: 'text?',
    /** `order` or `response-plan`. */
    authority: 'text',
    /** The class that its work waits in. */
    priority: 'text',
    budget: 'text',
    input: 'text',
    deadlineMs: 'bigint',
    submittedAtMs: 'bigint',
    endedAtMs: 'bigint?',
    /** Events in its history. */
    length: 'bigint',
    openApprovals: 'bigint',
    openQuestions: 'bigint',
    /** Since when no new work is given out. */
    pausedAtMs: 'bigint?',
    /** When it was last said that work of it waits too long for a free agent. */
    warnedAtMs: 'bigint?',
    /** Why it failed, was cancelled or rejected. */
    reason: 'text?',
    planHash: 'text?',
    output: 'text?',
    outputHash: 'text?',
    /** Shares as measured: `{whole, shares}`. */
    contribution: 'text?',
    batch: 'text?',
    settledTx: 'text?',
    settledAtMs: 'bigint?',
    provenTx: 'text?',
    provenAtMs: 'bigint?',
    /** The artifact that holds the bundle. */
    bundle: 'text?',
  },
  subtasks: {
    taskId: 'text',
    subtaskId: 'text',
    /** Place in the plan, from 0. */
    ordinal: 'bigint',
    title: 'text',
    /** Empty where nobody works: a wait. */
    skill: 'text',
    after: 'text',
    replicas: 'bigint',
    quorum: 'bigint',
    weight: 'bigint',
    /** Attempts allowed in all. */
    attempts: 'bigint',
    phase: 'text',
    /** The attempt that is open, or was the last; 0 before the first. */
    attempt: 'bigint',
    deadlineMs: 'bigint?',
    startedAtMs: 'bigint?',
    endedAtMs: 'bigint?',
    /** When it was said that it waits too long for a free agent, as long as it does. */
    warnedAtMs: 'bigint?',
    confidence: 'double precision?',
    output: 'text?',
    reason: 'text?',
    passedOver: 'text',
  },
  assignments: {
    taskId: 'text',
    subtaskId: 'text',
    attempt: 'bigint',
    agentId: 'text',
    domainId: 'text',
    wallet: 'text',
    price: 'text',
    stake: 'text',
    score: 'double precision',
    reasons: 'text',
    assignedAtMs: 'bigint',
    committedAtMs: 'bigint?',
    answeredAtMs: 'bigint?',
    outputHash: 'text?',
    failure: 'text?',
    /** What became of it; null while it is open. */
    standing: 'text?',
  },
  approvals: {
    taskId: 'text',
    subtaskId: 'text',
    contentHash: 'text',
    reason: 'text',
    requestedAtMs: 'bigint',
    deadlineMs: 'bigint',
    onSilence: 'text',
    answeredAtMs: 'bigint?',
    /** 1 granted, 0 denied. */
    granted: 'bigint?',
    /** Null when silence answered. */
    approver: 'text?',
  },
  questions: {
    taskId: 'text',
    subtaskId: 'text',
    contentHash: 'text',
    question: 'text',
    show: 'text',
    answerSchema: 'text',
    /** Who may answer: a list of addresses. */
    from: 'text',
    askedAtMs: 'bigint',
    deadlineMs: 'bigint',
    /** The answer where nobody gives one; null where silence fails the subtask. */
    default: 'text?',
    answeredAtMs: 'bigint?',
    answer: 'text?',
    /** Null when silence answered. */
    answerer: 'text?',
  },
  /** A settlement's parts: `payment`, `penalty`, `fee`, `refund`. */
  money: {
    taskId: 'text',
    ordinal: 'bigint',
    kind: 'text',
    agentId: 'text?',
    amount: 'text',
    fault: 'text?',
    subtaskId: 'text?',
  },
} as const

/** The columns that name a row of each table. */
export const keys = {
  tasks: ['taskId'],
  subtasks: ['taskId', 'subtaskId'],
  assignments: ['taskId', 'subtaskId', 'attempt', 'agentId'],
  approvals: ['taskId', 'subtaskId', 'contentHash'],
  questions: ['taskId', 'subtaskId', 'contentHash'],
  money: ['taskId', 'ordinal'],
} as const

/** What lists are sorted and filtered by. */
export const indexes = {
  tasksByNumber: { on: 'tasks', of: ['number'] },
  tasksByState: { on: 'tasks', of: ['state', 'number'] },
  tasksByDomain: { on: 'tasks', of: ['domainId', 'number'] },
} as const
