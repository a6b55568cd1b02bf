/** Where the consortium's tokens lie, and how they came there: a fold of what the chain's events say of money. */
export const columns = {
  /**
   * What lies in one place. By kind: `wallet` (of an address, as the token counts it); in escrow `account` and `leaving` (of
   * an address), `task`, `batch`, `bond` (of who gave it), `purse` (of an agent) and `pool` (earned by batches, not claimed
   * yet); at stake `bonded`, `unbonding` and `held` (of an agent). The row with no owner is the sum of its kind.
   */
  balances: { kind: 'text', owner: 'text', amount: 'text' },
  /** Tokens that went from one place to another; a place outside has no kind and no owner. */
  movements: {
    /** Of the event. */
    number: 'bigint',
    /** Among the movements of the event. */
    place: 'bigint',
    cause: 'text',
    fromKind: 'text?',
    fromOwner: 'text?',
    toKind: 'text?',
    toOwner: 'text?',
    amount: 'text',
    taskId: 'text?',
    blockNumber: 'bigint',
    txHash: 'text',
    atMs: 'bigint',
  },
  /**
   * Sureties: of a batch's settler (`batch`), of who asks for a line of one (`demand`), of who appeals against a penalty
   * (`appeal`). A line can be asked for again when it was shown, so that its row is of the last time.
   */
  bonds: {
    kind: 'text',
    /** A batch's number; for a demand and its tree, index and sub after it, for an appeal the task and the agent: by `/`. */
    id: 'text',
    /** Address. */
    giver: 'text',
    amount: 'text',
    /** `held`, `returned` to the giver, or `lost`: to whom, movements say. */
    state: 'text',
    /** From when on anybody can have it settled, if nobody did before: a batch be final, a demand expire, a penalty lapse. */
    untilMs: 'bigint',
    batch: 'text?',
    taskId: 'text?',
    agentId: 'text?',
    /** Of the event by which it was given. */
    number: 'bigint',
    atMs: 'bigint',
    endedAtMs: 'bigint?',
  },
  /** To whose account the treasury's parts go: one row, `now`. */
  treasury: { id: 'text', address: 'text' },
  /** Who gave what a task (`task`) or a batch (`batch`) was reserved from: JSON, `[{ requester, amount }]`. */
  reservations: { kind: 'text', id: 'text', debits: 'text' },
} as const

/** The columns that name a row of each table. */
export const keys = {
  balances: ['kind', 'owner'],
  movements: ['number', 'place'],
  bonds: ['kind', 'id'],
  treasury: ['id'],
  reservations: ['kind', 'id'],
} as const

/** What lists are sorted and filtered by. */
export const indexes = {
  balancesByOwner: { on: 'balances', of: ['owner'] },
  movementsByFrom: { on: 'movements', of: ['fromOwner', 'number'] },
  movementsByTo: { on: 'movements', of: ['toOwner', 'number'] },
  bondsByNumber: { on: 'bonds', of: ['number'] },
  bondsByGiver: { on: 'bonds', of: ['giver', 'number'] },
  bondsByState: { on: 'bonds', of: ['state', 'number'] },
  movementsByTask: { on: 'movements', of: ['taskId', 'number'] },
} as const
