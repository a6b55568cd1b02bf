import type { JsMsg } from '@nats-io/jetstream'

/**
 * How long what is done waits for more of it, or for the next answer, to leave the queue by one write with them. Nobody
 * waits for that; if this process dies in between, the skill runs again, and its answer is stored once.
 */
const GATHER_MS = 20

/** Takes what is done out of the agent's queue for good: `soon`, or `now` that something is sent anyway. */
export function lettingGo() {
  const done: JsMsg[] = []
  let timer: NodeJS.Timeout | null = null

  function now(): void {
    for (const delivery of done.splice(0)) delivery.ack()
  }

  return {
    now,
    soon(deliveries: readonly JsMsg[]): void {
      done.push(...deliveries)
      timer ??= setTimeout(() => {
        timer = null
        now()
      }, GATHER_MS)
    },
    stop(): void {
      if (timer) clearTimeout(timer)
      now()
    },
  }
}
