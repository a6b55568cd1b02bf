import type { EntenteError } from '../protocol/errors.ts'

/**
 * Tells the process that started this one by `startProcess` that it may be used. Does nothing when it was started by
 * hand.
 *
 * @param ready what the starter should know, an address for instance; plain JSON
 */
export function announceReady(ready: unknown): void {
  process.send?.({ ready })
}

/** Tells it that this one cannot start, and why. Does nothing when it was started by hand. */
export function announceFailure({ code, message }: EntenteError): void {
  process.send?.({ failed: { code, message } })
}
