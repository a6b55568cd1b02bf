/** Who takes part, under which contracts; what is kept as evidence, and what was warned of. */
export const columns = {
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
    /** Settled tasks that rated it on chain, and the sum of their scores, 0 to 100 each. */
    ratings: 'bigint',
    scores: 'bigint',
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
} as const

/** The columns that name a row of each table. */
export const keys = {
  domains: ['domainId'],
  agents: ['agentId'],
  cards: ['hash'],
  leaves: ['position'],
  checkpoints: ['size'],
  alerts: ['alertId'],
  standings: ['number'],
  contracts: ['name'],
} as const

/** What lists are sorted and filtered by. */
export const indexes = {
  agentsByDomain: { on: 'agents', of: ['domainId'] },
  leavesByTask: { on: 'leaves', of: ['taskId', 'position'] },
  alertsByNumber: { on: 'alerts', of: ['number'] },
} as const
