/**
 * The tables of the read model. Amounts are decimal text, because no column of both engines holds 256 bits; JSON is
 * text; times are milliseconds since 1970; an agent's id is decimal text, as everywhere.
 */
export type Views = {
  cursors: CursorRow
  tasks: TaskRow
  subtasks: SubtaskRow
  assignments: AssignmentRow
  approvals: ApprovalRow
  money: MoneyRow
  domains: DomainRow
  agents: AgentRow
  cards: CardRow
  leaves: LeafRow
  checkpoints: CheckpointRow
  chainMessages: ChainMessageRow
  chainSteps: ChainStepRow
}

/** How far a stream has been read. `created` tells this stream from another that later got its name. */
export type CursorRow = { stream: string; created: string; seq: number }

export type TaskRow = {
  taskId: string
  /** Sequence of its first entry in the log: the order in which tasks were accepted. */
  number: number
  state: string
  goal: string
  template: string
  templateName: string | null
  templateVersion: string | null
  requester: string
  domainId: string | null
  authority: string
  budget: string
  input: string
  deadlineMs: number
  submittedAtMs: number
  endedAtMs: number | null
  /** Events in its history. */
  length: number
  openApprovals: number
  /** Why it failed, was cancelled or rejected. */
  reason: string | null
  planHash: string | null
  output: string | null
  outputHash: string | null
  /** Shares as measured: `{whole, shares}`. */
  contribution: string | null
  settledTx: string | null
  settledAtMs: number | null
  provenTx: string | null
  provenAtMs: number | null
  /** Artifact that holds the bundle. */
  bundle: string | null
}

export type SubtaskRow = {
  taskId: string
  subtaskId: string
  /** Place in the plan, from 0. */
  ordinal: number
  title: string
  skill: string
  after: string
  replicas: number
  quorum: number
  weight: number
  attempts: number
  phase: string
  /** The attempt that is open, or was the last; 0 before the first. */
  attempt: number
  deadlineMs: number | null
  startedAtMs: number | null
  endedAtMs: number | null
  confidence: number | null
  output: string | null
  reason: string | null
  passedOver: string
}

export type AssignmentRow = {
  taskId: string
  subtaskId: string
  attempt: number
  agentId: string
  domainId: string
  wallet: string
  price: string
  stake: string
  score: number
  reasons: string
  assignedAtMs: number
  committedAtMs: number | null
  answeredAtMs: number | null
  outputHash: string | null
  failure: string | null
  /** What the verdict made of it: accepted, deviated, no-show, unrevealed. */
  standing: string | null
}

export type ApprovalRow = {
  taskId: string
  subtaskId: string
  contentHash: string
  reason: string
  requestedAtMs: number
  deadlineMs: number
  onSilence: string
  answeredAtMs: number | null
  /** 1 granted, 0 denied. */
  granted: number | null
  /** Null when silence answered. */
  approver: string | null
}

/** One part of a settlement: `payment`, `penalty`, `fee` or `refund`. */
export type MoneyRow = {
  taskId: string
  ordinal: number
  kind: string
  agentId: string | null
  amount: string
  fault: string | null
  subtaskId: string | null
}

export type DomainRow = { domainId: string; name: string; admin: string; status: string; admittedAtMs: number }

export type AgentRow = {
  agentId: string
  owner: string
  wallet: string | null
  uri: string
  cardHash: string | null
  domainId: string | null
  /** Whose agent it was when its domain enrolled it: an enrolment lapses with a change of hands. */
  enrolledUnder: string | null
  stake: string
  unbonding: string
  registeredAtMs: number
}

export type CardRow = { hash: string; name: string; description: string; card: string }

export type LeafRow = { position: number; taskId: string; eventIndex: number; type: string; hash: string }

export type CheckpointRow = { size: number; root: string; txHash: string; blockNumber: number; atMs: number }

export type ChainMessageRow = {
  messageId: string
  /** Sequence of its first record: the order of arrival. */
  number: number
  tenant: string
  operation: string
  businessId: string
  contract: string
  call: string
  args: string
  state: string
  attempt: number | null
  signer: string | null
  nonce: number | null
  txHash: string | null
  blockNumber: number | null
  gasUsed: string | null
  cause: string | null
  revertReason: string | null
  receivedAtMs: number
  updatedAtMs: number
}

export type ChainStepRow = {
  messageId: string
  seq: number
  state: string
  atMs: number
  cause: string | null
  attempt: number | null
  txHash: string | null
}

export type TableName = keyof Views

/** The columns that name a row of each table. */
export const keys = {
  cursors: ['stream'],
  tasks: ['taskId'],
  subtasks: ['taskId', 'subtaskId'],
  assignments: ['taskId', 'subtaskId', 'attempt', 'agentId'],
  approvals: ['taskId', 'subtaskId', 'contentHash'],
  money: ['taskId', 'ordinal'],
  domains: ['domainId'],
  agents: ['agentId'],
  cards: ['hash'],
  leaves: ['position'],
  checkpoints: ['size'],
  chainMessages: ['messageId'],
  chainSteps: ['messageId', 'seq'],
} as const satisfies { [T in TableName]: readonly (keyof Views[T])[] }
