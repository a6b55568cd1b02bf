import type { NatsConnection } from '@nats-io/nats-core'
import { withoutBigints } from '../../protocol/batch-json.ts'
import type { Json } from '../../protocol/canonical.ts'
import { ChainEvent } from '../../protocol/chain-event.ts'
import { EntenteError } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import type { AgentId } from '../../protocol/ids.ts'
import { agentTenant, streams, subjects } from '../../protocol/subjects.ts'
import { awaitOutcome, completeMessage, submitIntent } from '../../stack/chain-intent.ts'
import { followStream } from '../../stack/follow-stream.ts'
import type { Log } from '../../stack/log.ts'
import { parseJson } from '../../stack/parse-json.ts'
import type { ChainReader } from './chain-reader.ts'
import { OpenLines } from './open-lines.ts'
import { foldBatches, type PostedBatches } from './posted-batches.ts'
import { publishedLines } from './published-lines.ts'

const outcomeMs = 60_000

/** What an agent claimed: up to which batch, and how much it had not claimed before. */
export interface Claimed {
  readonly agentId: AgentId
  readonly batch: string
  readonly amount: string
  readonly txHash: Hex
}

/**
 * Claims for an agent, into its purse, all that final batches gave it. Anyone may: it goes to the agent.
 *
 * @throws EntenteError NOT_FOUND where no final batch gives it more than it has claimed, or its lines are not published
 */
export async function claimEarnings(
  { nc, log, reader }: { readonly nc: NatsConnection; readonly log: Log; readonly reader: ChainReader },
  agentId: AgentId,
): Promise<Claimed> {
  const head = await reader.read('Batches', 'head', [])
  const posted = (await readBatches(nc, log)).get(head)
  const ledger = posted && (await publishedLines(nc, posted))
  if (!ledger)
    throw new EntenteError('NOT_FOUND', `there are no lines of a final batch to claim by (the last is ${head})`)
  const { claimed } = await reader.read('Escrow', 'purseOf', [BigInt(agentId)])
  const earned = ledger.earnings[Number(agentId)]?.cumulative ?? 0n
  if (earned <= claimed)
    throw new EntenteError('NOT_FOUND', `final batches give agent ${agentId} nothing that it has not claimed`)
  const { line, path } = new OpenLines(ledger).earning(Number(agentId))
  const { messageId } = await submitIntent(nc, {
    ...{ tenant: agentTenant(agentId), operation: 'claim', businessId: `${agentId}/${head}` },
    ...{ from: 'relayer', contract: 'Escrow', call: 'claim' },
    args: withoutBigints([BigInt(agentId), line, posted!.batch.earningCount, path]) as Json[],
  })
  const { txHash } = await awaitOutcome(nc, messageId, { timeoutMs: outcomeMs })
  await completeMessage(nc, messageId)
  return { agentId, batch: `${head}`, amount: `${earned - claimed}`, txHash: txHash! }
}

async function readBatches(nc: NatsConnection, log: Log): Promise<PostedBatches> {
  const batches: PostedBatches = new Map()
  const events = followStream(nc, {
    ...{ stream: streams.chainEvents, subject: subjects.chainEvent('*', '*'), log },
    take: ({ data }) => {
      const event = parseJson(ChainEvent, data)
      if (event) foldBatches(batches, event)
    },
  })
  await events.caughtUp
  await events.stop()
  return batches
}
