/**
 * The tables of the read model: every column with its SQL type, from which the row types follow. A trailing `?` lets a
 * column be null. Amounts are decimal text, because no column of both engines holds 256 bits; JSON is text; `bigint`
 * holds whole numbers up to 2^53; times are milliseconds since 1970; an agent's id is decimal text, as everywhere.
 */
export const columns = {
  /** How far a stream has been read; `created` tells it from another stream that later got its name. */
  cursors: { stream: 'text', created: 'text', seq: 'bigint' },
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
    /** What became of it: `accepted`, `deviated`, `no-show`, `unrevealed`. */
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
  domains: { domainId: 'text', name: 'text', admin: 'text', status: 'text', admittedAtMs: 'bigint' },
  agents: {
    agentId: 'text',
    owner: 'text',
    wallet: 'text?',
    uri: 'text',
    cardHash: 'text?',
    domainId: 'text?',
    /** The owner when its domain enrolled it: an enrolment lapses with a change of hands. */
    enrolledUnder: 'text?',
    stake: 'text',
    unbonding: 'text',
    registeredAtMs: 'bigint',
  },
  /** Agent cards by their content hash. */
  cards: { hash: 'text', name: 'text', description: 'text', card: 'text' },
  leaves: { position: 'bigint', taskId: 'text', firstEvent: 'bigint', events: 'text' },
  checkpoints: { size: 'bigint', root: 'text', txHash: 'text', blockNumber: 'bigint', atMs: 'bigint' },
  /** What the consortium was warned of, one row each time. */
  alerts: {
    alertId: 'text',
    /** Sequence of its raising in the stream. */
    number: 'bigint',
    code: 'text',
    /** What it is about, as JSON; what lists are filtered by is beside it. */
    about: 'text',
    taskId: 'text?',
    agentId: 'text?',
    domainId: 'text?',
    severity: 'text',
    cause: 'text',
    figures: 'text',
    suggestion: 'text',
    raisedAtMs: 'bigint',
    clearedAtMs: 'bigint?',
  },
  /** What officers of compliance said of accounts on chain. */
  standings: {
    /** In the order of the chain: block and place in it, as one number. */
    number: 'bigint',
    blockNumber: 'bigint',
    account: 'text',
    standing: 'text',
    txHash: 'text',
    atMs: 'bigint',
  },
  /** Contracts as their registry on chain has them. */
  contracts: {
    name: 'text',
    address: 'text',
    version: 'bigint',
    /** `active`, `frozen` or `retired`. */
    state: 'text',
    codeHash: 'text',
    /** Of its last change. */
    blockNumber: 'bigint',
    txHash: 'text',
    atMs: 'bigint',
  },
  /** Confirmed events of the consortium's contracts. */
  chainEvents: {
    /** In the order of the chain: block and place in it, as one number. */
    number: 'bigint',
    blockNumber: 'bigint',
    blockHash: 'text',
    atMs: 'bigint',
    txHash: 'text',
    logIndex: 'bigint',
    contract: 'text',
    event: 'text',
    address: 'text',
    args: 'text',
  },
  chainMessages: {
    messageId: 'text',
    /** Sequence of its first record: the order of arrival. */
    number: 'bigint',
    tenant: 'text',
    operation: 'text',
    businessId: 'text',
    contract: 'text',
    call: 'text',
    args: 'text',
    /** Of the trace that it belongs to (W3C). */
    traceId: 'text?',
    /** The message whose transaction carries it among others. */
    batch: 'text?',
    state: 'text',
    attempt: 'bigint?',
    signer: 'text?',
    nonce: 'bigint?',
    txHash: 'text?',
    blockNumber: 'bigint?',
    gasUsed: 'text?',
    cause: 'text?',
    revertReason: 'text?',
    receivedAtMs: 'bigint',
    updatedAtMs: 'bigint',
  },
  /** What a message is about: `task` or `agent`, and its id. */
  chainSubjects: { messageId: 'text', kind: 'text', id: 'text' },
  /** A message's life, one row a record. */
  chainSteps: {
    messageId: 'text',
    seq: 'bigint',
    /** Among the steps that were stored together. */
    place: 'bigint',
    state: 'text',
    atMs: 'bigint',
    cause: 'text?',
    attempt: 'bigint?',
    txHash: 'text?',
  },
} as const

type ValueOf<SqlType> = SqlType extends `${infer Base}?`
  ? ValueOf<Base> | null
  : SqlType extends 'text'
    ? string
    : number

export type TableName = keyof typeof columns

/** Row types by table. */
export type Views = {
  [T in TableName]: { -readonly [C in keyof (typeof columns)[T]]: ValueOf<(typeof columns)[T][C]> }
}

/** The columns that name a row of each table. */
export const keys = {
  cursors: ['stream'],
  tasks: ['taskId'],
  subtasks: ['taskId', 'subtaskId'],
  assignments: ['taskId', 'subtaskId', 'attempt', 'agentId'],
  approvals: ['taskId', 'subtaskId', 'contentHash'],
  questions: ['taskId', 'subtaskId', 'contentHash'],
  money: ['taskId', 'ordinal'],
  domains: ['domainId'],
  agents: ['agentId'],
  cards: ['hash'],
  leaves: ['position'],
  checkpoints: ['size'],
  alerts: ['alertId'],
  standings: ['number'],
  contracts: ['name'],
  chainEvents: ['number'],
  chainMessages: ['messageId'],
  chainSubjects: ['messageId', 'kind', 'id'],
  chainSteps: ['messageId', 'seq', 'place'],
} as const satisfies { [T in TableName]: readonly (keyof Views[T])[] }

/** What lists are sorted and filtered by. */
export const indexes: Readonly<Record<string, { on: TableName; of: string[] }>> = {
  tasksByNumber: { on: 'tasks', of: ['number'] },
  tasksByState: { on: 'tasks', of: ['state', 'number'] },
  tasksByDomain: { on: 'tasks', of: ['domainId', 'number'] },
  assignmentsByAgent: { on: 'assignments', of: ['agentId', 'taskId'] },
  moneyByAgent: { on: 'money', of: ['agentId'] },
  agentsByDomain: { on: 'agents', of: ['domainId'] },
  leavesByTask: { on: 'leaves', of: ['taskId', 'position'] },
  alertsByNumber: { on: 'alerts', of: ['number'] },
  eventsByBlock: { on: 'chainEvents', of: ['blockNumber'] },
  eventsByTransaction: { on: 'chainEvents', of: ['txHash'] },
  messagesByTransaction: { on: 'chainMessages', of: ['txHash'] },
  messagesByNumber: { on: 'chainMessages', of: ['number'] },
  messagesByKey: { on: 'chainMessages', of: ['businessId', 'operation'] },
  messagesByTime: { on: 'chainMessages', of: ['receivedAtMs'] },
  messagesBySubject: { on: 'chainSubjects', of: ['kind', 'id'] },
  stepsByTransaction: { on: 'chainSteps', of: ['txHash'] },
  messagesByState: { on: 'chainMessages', of: ['state', 'number'] },
}
