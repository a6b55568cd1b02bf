import type { NatsConnection } from '@nats-io/nats-core'
import { subjects } from '../../protocol/subjects.ts'
import type { AttemptId } from './sign-answer.ts'

const INTERVAL_MS = 100

/**
 * Makes a skill's `progress`: at most ten reports a second leave the agent, and of those held back the last one does.
 * Lossy by nature: whoever listens sees the newest word, not every word.
 */
export function reportProgress(nc: NatsConnection, attemptId: AttemptId, agentId: string) {
  const subject = subjects.progress(attemptId.taskId, attemptId.subtaskId, agentId)
  let nextMs = 0
  let held: NodeJS.Timeout | undefined
  let latest = ''

  function send(): void {
    held = undefined
    nextMs = performance.now() + INTERVAL_MS
    if (!nc.isClosed())
      nc.publish(subject, JSON.stringify({ attempt: attemptId.attempt, atMs: Date.now(), text: latest }))
  }

  return (text: string): void => {
    latest = text
    if (held) return
    const waitMs = nextMs - performance.now()
    if (waitMs <= 0) send()
    else held = setTimeout(send, waitMs).unref()
  }
}
