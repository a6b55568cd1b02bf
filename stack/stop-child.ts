import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

/**
 * Ends a child and waits until it has ended: SIGTERM, then SIGKILL after `timeoutMs`. Does nothing when it already has.
 */
export async function stopChild(child: ChildProcess, timeoutMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  const killer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
  child.kill('SIGTERM')
  await ended
  clearTimeout(killer)
}
