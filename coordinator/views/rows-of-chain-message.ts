import { z } from 'zod'
import { ChainEntry, type ChainIntent, ChainStep } from '../../protocol/chain-message.ts'
import type { Change } from './change.ts'
import type { Views } from './schema.ts'

const Step = ChainStep.omit({ raw: true, proof: true })
type Step = z.infer<typeof Step>

/** An entry without what nobody is shown, which is most of its bytes. */
export const ChainEntryShown = ChainEntry.extend({ steps: z.array(Step).min(1) })
export type ChainEntryShown = z.infer<typeof ChainEntryShown>

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
export function rowsOfChainMessage(entry: ChainEntryShown, seq: number): Change[] {
  const { messageId, steps } = entry
  const shown: ChainStepShown[] = steps.map(({ state, atMs, cause = null, attempt = null, txHash = null }) => {
    return { state, atMs, cause, attempt, txHash }
  })
  const [first, ...rest] = steps
  // The first step carries the intent; those that follow say only what is new.
  const begins = first!.intent !== undefined && first!.state === 'RECEIVED'
  const changes: Change[] = [{ put: 'chainSteps', row: { messageId, seq, steps: JSON.stringify(shown) } }]
  if (begins) changes.push({ put: 'chainMessages', row: received(entry, first!, first!.intent!, seq) })
  changes.push({ set: 'chainMessages', key: { messageId }, to: progress(begins ? rest : steps) })
  return [...changes, ...steps.flatMap(step => subjectsOf(messageId, step))]
}

function subjectsOf(messageId: string, { about, txHash }: Step): Change[] {
  const row = (kind: 'task' | 'agent' | 'transaction') => (id: string) =>
    ({ put: 'chainSubjects', row: { messageId, kind, id } }) satisfies Change
  return [
    ...(about?.tasks ?? []).map(row('task')),
    ...(about?.agents ?? []).map(row('agent')),
    ...(txHash === undefined ? [] : [txHash]).map(row('transaction')),
  ]
}

function received(
  { messageId, traceId }: ChainEntryShown,
  { state, atMs }: Step,
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

const told = ['attempt', 'signer', 'nonce', 'batch', 'txHash', 'blockNumber', 'gasUsed'] as const

function progress(steps: readonly Step[]): Partial<Views['chainMessages']> {
  const to: Record<string, unknown> = {}
  for (const step of steps) {
    const { state, atMs: updatedAtMs, cause = null, revert } = step
    for (const name of told) if (step[name] !== undefined) to[name] = step[name]
    if (revert !== undefined) to.revertReason = JSON.stringify(revert)
    Object.assign(to, { state, updatedAtMs, cause })
  }
  return to
}
