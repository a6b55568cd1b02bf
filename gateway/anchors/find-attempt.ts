import type { JetStreamManager } from '@nats-io/jetstream'
import type { ClosedTree } from '../../protocol/anchoring.ts'
import { type ChainIntent, type ChainRecord, messageIdOf } from '../../protocol/chain-message.ts'
import type { Hex } from '../../protocol/hash.ts'
import { readOutcome } from '../../stack/chain-intent.ts'
import { ownTenant } from '../own.ts'

/** A message that takes a tree's root to the chain. */
export interface RootAttempt {
  readonly intent: ChainIntent
  readonly messageId: Hex
  /** How many failed before it, and how the last of them ended. */
  readonly failures: number
  readonly failed: ChainRecord | null
  /** Its FINAL record; null as long as nothing is decided. */
  readonly anchored: ChainRecord | null
}

/**
 * The attempt that counts: the first of which the log does not say that it failed. No other can be under way, whoever looks,
 * so a root is anchored once.
 */
export async function findAttempt(jsm: JetStreamManager, tree: ClosedTree): Promise<RootAttempt> {
  let failed: ChainRecord | null = null
  for (let failures = 0; ; failures += 1) {
    const intent = intentOf(tree, failures + 1)
    const messageId = messageIdOf(intent)
    const outcome = await readOutcome(jsm, messageId)
    if (outcome === null || outcome.state === 'FINAL') return { intent, messageId, failures, failed, anchored: outcome }
    failed = outcome
  }
}

function intentOf({ root, size, to }: ClosedTree, attempt: number): ChainIntent {
  const businessId = attempt === 1 ? `${to}-${root}` : `${to}-${root}-${attempt}`
  return {
    ...{ tenant: ownTenant, operation: 'anchor', businessId, from: 'relayer' },
    ...{ contract: 'Anchors', call: 'anchor', args: [root, `${size}`], value: '0', prove: true },
  }
}
