import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'

/**
 * What a function of a module gives within ten seconds, in a thread of its own: what never ends can be waited for only from
 * another one. The module is named by its URL; what is given and comes back is cloned.
 */
export async function inTime(module: URL, name: string, ...given: readonly unknown[]): Promise<unknown> {
  const thread = new Worker(new URL('./in-time-thread.ts', import.meta.url))
  try {
    thread.postMessage({ module: module.href, name, given })
    const [answer] = await Promise.race([once(thread, 'message'), sleep(10_000, ['nothing'], { ref: false })])
    return answer
  } finally {
    await thread.terminate()
  }
}
