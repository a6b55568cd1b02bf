/** Under which name coordinators send to the chain. */
export const tenant = 'coordinator'

/** How long a message to the chain may take to its outcome before the effect that waits for it begins anew. */
export const anchorTimeoutMs = 60_000
