import {
  type ChainEntry,
  type ChainIntent,
  type ChainRecord,
  type ChainStep,
  recordsOf,
} from '../../protocol/chain-message.ts'
import type { Change } from './change.ts'
import type { Views } from './schema.ts'

/** A step of a message's life, as it is kept to be shown. */
export type ChainStepShown = Pick<ChainStep, 'state' | 'atMs'> & {
  cause: string | null
  attempt: number | null
  txHash: string | null
}

/**
 * What one entry of a message's life changes.
 *
 * @param seq of the entry in the stream
 */
export function rowsOfChainMessage(entry: ChainEntry, seq: number): Change[] {
  const { messageId } = entry
  const steps: ChainStepShown[] = entry.steps.map(({ state, atMs, cause = null, attempt = null, txHash = null }) => {
    return { state, atMs, cause, attempt, txHash }
  })
  return [
    { put: 'chainSteps', row: { messageId, seq, steps: JSON.stringify(steps) } },
    ...recordsOf(entry).flatMap(record => [...rowsOfRecord(record, seq), ...subjectsOf(record)]),
  ]
}

function rowsOfRecord(record: ChainRecord, seq: number): Change[] {
  const { messageId, state, atMs, intent } = record
  // The first step carries the intent; those that follow say only what is new.
  if (intent && state === 'RECEIVED') return [{ put: 'chainMessages', row: received(record, intent, seq) }]
  return [{ set: 'chainMessages', key: { messageId }, to: { ...progress(record), state, updatedAtMs: atMs } }]
}

function subjectsOf({ messageId, about, txHash }: ChainRecord): Change[] {
  const row = (kind: 'task' | 'agent' | 'transaction') => (id: string) =>
    ({ put: 'chainSubjects', row: { messageId, kind, id } }) satisfies Change
  return [
    ...(about?.tasks ?? []).map(row('task')),
    ...(about?.agents ?? []).map(row('agent')),
    ...(txHash === undefined ? [] : [txHash]).map(row('transaction')),
  ]
}

function received(
  { messageId, traceId, state, atMs }: ChainRecord,
  intent: ChainIntent,
  seq: number,
): Views['chainMessages'] {
  const { tenant, operation, businessId, contract, call, args } = intent
  return {
    messageId,
    number: seq,
    tenant,
    operation,
    businessId,
    contract,
    call,
    args: JSON.stringify(args),
    traceId: traceId ?? null,
    batch: null,
    state,
    attempt: null,
    signer: null,
    nonce: null,
    txHash: null,
    blockNumber: null,
    gasUsed: null,
    cause: null,
    revertReason: null,
    receivedAtMs: atMs,
    updatedAtMs: atMs,
  }
}

function progress(record: ChainRecord): Partial<Views['chainMessages']> {
  const { attempt, signer, nonce, batch, txHash, blockNumber, gasUsed, revert } = record
  const known = { attempt, signer, nonce, batch, txHash, blockNumber, gasUsed }
  const said = Object.entries(known).filter(([, value]) => value !== undefined)
  return {
    ...Object.fromEntries(said),
    cause: record.cause ?? null,
    ...(revert === undefined ? {} : { revertReason: JSON.stringify(revert) }),
  }
}
