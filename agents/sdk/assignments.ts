import type { JsMsg } from '@nats-io/jetstream'
import { ackWaitMs } from '../../registry/agent-permissions.ts'
import { lettingGo } from './let-go.ts'
import type { Outcome } from './run-skill.ts'
import type { AttemptId } from './sign-answer.ts'
import type { ExecuteItem, RevealItem } from './work-items.ts'

/**
 * How long a committed result waits to be asked for after its deadline. Longer than a coordinator takes to be
 * started again; as short as that allows, because until then the work stays in the agent's queue.
 */
const REVEAL_WINDOW_MS = 120_000
/** How long after its deadline an answer that was ready by then is offered, where it could not be stored. */
export const UNSENT_MS = 30_000
/** Beyond this many open attempts the oldest committed one is given up: the server's bound is 512. */
const MAX_OPEN = 400

/** Attempts called off that are remembered. */
const MAX_CANCELLED = 10_000

/** Work is looked after so often... */
export const tendEveryMs = ackWaitMs / 3
/** ...and nothing said of it before it is so old: most is done by then. What is older is spoken for within half of the wait. */
const YOUNG_MS = ackWaitMs / 6

/** One attempt in hand. Its items stay unacknowledged, so that they come again if this process dies. */
export interface Assignment extends AttemptId {
  execute: ExecuteItem | null
  reveal: RevealItem | null
  outcome: Promise<Outcome> | null
  revealed: Promise<void> | null
  running: AbortController | null
  /** Nobody waits for it any more: whatever comes of it is kept back. */
  isClosed: boolean
  readonly sinceMs: number
  keepUntilMs: number
  readonly deliveries: JsMsg[]
}

/** The attempts that an agent has in hand. The queue itself is its memory: nothing is written down anywhere else. */
export function openAssignments() {
  const open = new Map<string, Assignment>()
  const cancelled = new Set<string>()
  const letGo = lettingGo()

  return {
    /** Enters an item; it is not new when it only came again, and nothing at all when the attempt was called off. */
    enter(item: ExecuteItem | RevealItem, delivery: JsMsg): { assignment: Assignment; isNew: boolean } | null {
      const id = keyOf(item)
      if (cancelled.has(id)) {
        delivery.ack()
        return null
      }
      const assignment = open.get(id) ?? begun(item)
      open.set(id, assignment)
      assignment.deliveries.push(delivery)
      if (assignment[item.kind]) return { assignment, isNew: false }
      if (item.kind === 'execute') assignment.execute = item
      else assignment.reveal = item
      assignment.keepUntilMs = keepUntilMs(item)
      return { assignment, isNew: true }
    },
    /** Ends an attempt that was called off; an item of it that the queue gives out again later is not begun. */
    cancel(attemptId: AttemptId): void {
      const id = keyOf(attemptId)
      cancelled.add(id)
      if (cancelled.size > MAX_CANCELLED) cancelled.delete(cancelled.values().next().value!)
      const assignment = open.get(id)
      if (assignment) this.close(assignment)
    },
    /** Takes its items out of the queue for good, in a moment. */
    close(assignment: Assignment): void {
      assignment.isClosed = true
      assignment.running?.abort(new Error('nobody waits for this any more'))
      letGo.soon(assignment.deliveries)
      open.delete(keyOf(assignment))
    },
    /** Takes out of the queue what was closed, now that something is sent anyway. */
    letGo: letGo.now,
    /** Tells the server that the items are in good hands; gives up those that nobody waits for any more. */
    tend(nowMs: number): void {
      for (const assignment of open.values()) {
        const overdue = nowMs > assignment.keepUntilMs
        const crowdedOut = open.size > MAX_OPEN && !assignment.running
        if (overdue || crowdedOut) this.close(assignment)
        else if (nowMs - assignment.sinceMs >= YOUNG_MS)
          for (const delivery of assignment.deliveries) delivery.working()
      }
    },
    /** Leaves all open items to the agent's next connection. */
    handBack(): void {
      letGo.stop()
      for (const { running, deliveries } of open.values()) {
        running?.abort()
        for (const delivery of deliveries) delivery.nak()
      }
      open.clear()
    },
  }
}

export type Assignments = ReturnType<typeof openAssignments>

function begun({ taskId, subtaskId, attempt }: AttemptId): Assignment {
  const nothing = { execute: null, reveal: null, outcome: null, revealed: null, running: null }
  const times = { sinceMs: Date.now(), keepUntilMs: 0 }
  return { taskId, subtaskId, attempt, ...nothing, isClosed: false, ...times, deliveries: [] }
}

function keepUntilMs(item: ExecuteItem | RevealItem): number {
  const afterMs = item.kind === 'execute' && item.answer === 'commit' ? REVEAL_WINDOW_MS : UNSENT_MS
  return item.deadlineMs + afterMs
}

function keyOf({ taskId, subtaskId, attempt }: AttemptId): string {
  return `${taskId}:${subtaskId}:${attempt}`
}
