import { setTimeout as sleep } from 'node:timers/promises'

/** Wakes one who waits before their time: a hint that a look is worth while, and nothing that is relied on. */
export interface Bell {
  ring(): void
  /** Ends after so long, or as soon as it rings; when it has rung since the last wait, at once. Never throws. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

/** Rung when a node says that it has a new head. */
export interface HeadBell extends Bell {
  /** Whether one is listened to now that does: a look without a ring then finds only what it kept to itself. */
  isHeard(): boolean
}

/** One that rings without end makes nobody look more often than this. */
const GAP_MS = 5

export function createBell(): Bell {
  let rung = false
  let wake = () => {}

  async function pause(ms: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    wake = resolve
    const timer = setTimeout(resolve, signal.aborted ? 0 : ms)
    signal.addEventListener('abort', wake, { once: true })
    await promise
    clearTimeout(timer)
    signal.removeEventListener('abort', wake)
  }

  return {
    ring() {
      rung = true
      wake()
    },
    async wait(ms, signal) {
      const startedMs = performance.now()
      if (!rung) await pause(ms, signal)
      rung = false
      const leftMs = GAP_MS - (performance.now() - startedMs)
      if (leftMs > 0) await sleep(leftMs, undefined, { signal }).catch(() => {})
    },
  }
}
