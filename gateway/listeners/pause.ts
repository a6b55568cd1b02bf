import type { DeliveryLimits } from './ground.ts'
import { NotTaken } from './post.ts'

/**
 * How long to wait after an attempt that failed: twice as long each time, drawn by lot from the upper half of that, so that
 * listeners which failed together do not come again together; longer where the receiver asks for it.
 *
 * @param attempts so far
 */
export function pauseMs(limits: DeliveryLimits, attempts: number, error: unknown): number {
  const full = Math.min(limits.firstPauseMs * 2 ** Math.min(attempts - 1, 30), limits.longestPauseMs)
  const asked = error instanceof NotTaken ? Math.min(error.retryAfterMs, limits.longestPauseMs) : 0
  return Math.ceil(Math.max(full * (0.5 + Math.random() / 2), asked))
}
