import { setTimeout as sleep } from 'node:timers/promises'
import { EntenteError } from '../../protocol/errors.ts'
import { awaitOutcome } from '../../stack/chain-intent.ts'
import { traceIdOf } from '../../stack/trace-id.ts'
import { accept } from '../admit.ts'
import type { Ground } from './ground.ts'
import { intentOf, messageOf, type StoredTree, type Trees } from './trees.ts'

const RETRY_MS = 500
/** Then it is looked at again. */
const PATIENCE_MS = 60_000

/** Sees a tree's root to the chain, as a message of the gateway's own: the same again is the same message. Never throws. */
export async function anchorTree({ nc, pipeline }: Ground, tree: StoredTree): Promise<void> {
  const { signal, log } = pipeline
  const messageId = messageOf(tree)
  while (!signal.aborted) {
    try {
      await accept(pipeline, intentOf(tree), traceIdOf())
      await awaitOutcome(nc, messageId, { timeoutMs: PATIENCE_MS, signal })
      return
    } catch (error) {
      if (signal.aborted) return
      const refused = error instanceof EntenteError && error.code === 'CHAIN_REVERTED'
      log[refused ? 'error' : 'warn']({ messageId, err: error }, refused ? 'a root is not anchored' : 'a root waits')
      if (refused) return
      await sleep(RETRY_MS, undefined, { signal }).catch(() => {})
    }
  }
}

/** The trees that a gateway before this one has closed, and may not have seen to the chain, the oldest first. */
export async function unfinished({ pipeline }: Ground, trees: Trees): Promise<StoredTree[]> {
  const found: StoredTree[] = []
  for (let tree = await trees.last(); tree !== null; tree = await trees.before(tree)) {
    const kept = await pipeline.journal.read(messageOf(tree))
    if (kept?.life.state === 'COMPLETED') break
    found.push(tree)
  }
  return found.reverse()
}
