import { setTimeout as sleep } from 'node:timers/promises'
import { EntenteError } from '../../protocol/errors.ts'
import { awaitOutcome } from '../../stack/chain-intent.ts'
import { traceIdOf } from '../../stack/trace-id.ts'
import { accept } from '../admit.ts'
import { findAttempt, type RootAttempt } from './find-attempt.ts'
import type { Ground } from './ground.ts'
import type { StoredTree, Trees } from './trees.ts'

const RETRY_MS = 500
/** Then it is looked at again. */
const PATIENCE_MS = 60_000
/** What failed is sent again after this, and each time after twice as long... */
const FIRST_PAUSE_MS = 1_000
/** ...up to this: a contract that is frozen for a day costs a root some 35 attempts. */
const LAST_PAUSE_MS = 3_600_000

/**
 * Sees a tree's root to the chain, as a message of the gateway's own: the same again is the same message, and after one that
 * failed another. Never throws.
 */
export async function anchorTree({ nc, jsm, pipeline }: Ground, tree: StoredTree): Promise<void> {
  const { signal, log } = pipeline
  while (!signal.aborted) {
    try {
      const attempt = await findAttempt(jsm, tree)
      if (attempt.anchored !== null) return
      await sleep(pauseMs(attempt), undefined, { signal })
      await accept(pipeline, attempt.intent, traceIdOf())
      await awaitOutcome(nc, attempt.messageId, { timeoutMs: PATIENCE_MS, signal })
      return
    } catch (error) {
      if (signal.aborted) return
      const failed = error instanceof EntenteError && error.code === 'CHAIN_REVERTED'
      log[failed ? 'error' : 'warn']({ root: tree.root, err: error }, 'a root waits')
      await sleep(RETRY_MS, undefined, { signal }).catch(() => {})
    }
  }
}

/** Counted from when the last one ended, whichever gateway sent it. */
function pauseMs({ failures, failed }: RootAttempt): number {
  if (failed === null) return 0
  const pause = Math.min(FIRST_PAUSE_MS * 2 ** (failures - 1), LAST_PAUSE_MS)
  return Math.min(pause, Math.max(0, failed.atMs + pause - Date.now()))
}

/** The trees that gateways have closed, and are not known to have seen to the chain, the oldest first. Rejects with the pipeline's signal. */
export async function unfinished({ jsm, pipeline }: Ground, trees: Trees): Promise<StoredTree[]> {
  const found: StoredTree[] = []
  const last = await trees.last()
  for (let tree = last; tree !== null && tree.seq >= last!.waiting; tree = await trees.before(tree)) {
    pipeline.signal.throwIfAborted()
    if ((await findAttempt(jsm, tree)).anchored === null) found.push(tree)
  }
  return found.reverse()
}
