import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** True while the process runs; one that has ended and only waits to be reaped does not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  if (!existsSync('/proc/self/stat')) return true
  try {
    // The state follows the name, which stands in parentheses and may hold anything.
    return !/^\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*(?=\) )/s, ''))
  } catch {
    return false
  }
}

/** Waits until none of them runs; gives those that still do after `timeoutMs`. */
export async function waitForEnd(pids: number[], timeoutMs: number): Promise<number[]> {
  const giveUpMs = performance.now() + timeoutMs
  for (;;) {
    const running = pids.filter(isRunning)
    if (running.length === 0 || performance.now() > giveUpMs) return running
    await sleep(20)
  }
}
