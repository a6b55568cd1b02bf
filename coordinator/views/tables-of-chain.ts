/** What was sent to the chain, and what it said. */
export const columns = {
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
  /** What an event names: an `address`, an `agent` or a `task`. */
  eventSubjects: { number: 'bigint', kind: 'text', id: 'text' },
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
  /** What a message is about, `task` or `agent`, and what carried or was to carry it, `transaction`: each with its id. */
  chainSubjects: { messageId: 'text', kind: 'text', id: 'text' },
  /** A message's life, one row for the steps that were stored together: JSON, `[{ state, atMs, cause, attempt, txHash }]`. */
  chainSteps: { messageId: 'text', seq: 'bigint', steps: 'text' },
} as const

/** The columns that name a row of each table. */
export const keys = {
  chainEvents: ['number'],
  eventSubjects: ['number', 'kind', 'id'],
  chainMessages: ['messageId'],
  chainSubjects: ['messageId', 'kind', 'id'],
  chainSteps: ['messageId', 'seq'],
} as const

/** What lists are sorted and filtered by. */
export const indexes = {
  eventsByBlock: { on: 'chainEvents', of: ['blockNumber'] },
  eventsByTransaction: { on: 'chainEvents', of: ['txHash'] },
  eventsBySubject: { on: 'eventSubjects', of: ['kind', 'id', 'number'] },
  eventsByHash: { on: 'chainEvents', of: ['blockHash'] },
  messagesBySigner: { on: 'chainMessages', of: ['signer', 'number'] },
  messagesByBlock: { on: 'chainMessages', of: ['blockNumber'] },
  messagesByTransaction: { on: 'chainMessages', of: ['txHash'] },
  messagesByNumber: { on: 'chainMessages', of: ['number'] },
  messagesByKey: { on: 'chainMessages', of: ['businessId', 'operation'] },
  messagesByTime: { on: 'chainMessages', of: ['receivedAtMs'] },
  messagesBySubject: { on: 'chainSubjects', of: ['kind', 'id'] },
  messagesByState: { on: 'chainMessages', of: ['state', 'number'] },
} as const
