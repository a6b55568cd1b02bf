/** Where the consortium's tokens lie, and how they came there: a fold of what the chain's events say of money. */
export const columns = {
  /**
   * What lies in one place. By kind: `wallet` (of an address, as the token counts it); in escrow `account` and `leaving` (of
   * an address, or of `treasury`), `task`, `batch`, `purse` (of an agent) and `pool` (earned by batches, not claimed yet); at
   * stake `bonded`, `unbonding` and `held` (of an agent). The row with no owner is the sum of its kind.
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
  /** Who gave what a task (`task`) or a batch (`batch`) was reserved from: JSON, `[{ requester, amount }]`. */
  reservations: { kind: 'text', id: 'text', debits: 'text' },
} as const

/** The columns that name a row of each table. */
export const keys = {
  balances: ['kind', 'owner'],
  movements: ['number', 'place'],
  reservations: ['kind', 'id'],
} as const

/** What lists are sorted and filtered by. */
export const indexes = {
  balancesByOwner: { on: 'balances', of: ['owner'] },
  movementsByFrom: { on: 'movements', of: ['fromOwner', 'number'] },
  movementsByTo: { on: 'movements', of: ['toOwner', 'number'] },
  movementsByTask: { on: 'movements', of: ['taskId', 'number'] },
} as const
