import type { TaskEventOf } from '../protocol/events.ts'
import type { Bundle } from '../protocol/evidence.ts'

type Assigned = TaskEventOf<'SubtaskAssigned'>
type Committed = TaskEventOf<'ResultCommitted'>

interface History {
  readonly assignments: ReadonlyMap<string, readonly At<Assigned>[]>
  readonly commitments: ReadonlyMap<string, readonly At<Committed>[]>
}

interface At<T> {
  readonly index: number
  readonly event: T
}

/** A bundle is never changed in place, and is asked about every answer in it. */
const known = new WeakMap<Bundle, History>()

/** The assignment of an attempt, by the history before `index`. */
export function assignmentBefore(bundle: Bundle, index: number, attempt: Pick<Assigned, 'subtaskId' | 'attempt'>) {
  return firstBefore(historyOf(bundle).assignments.get(attemptKey(attempt)), index)
}

/** What an agent committed to in an attempt, by the history before `index`. */
export function commitmentBefore(
  bundle: Bundle,
  index: number,
  answer: Pick<Committed, 'subtaskId' | 'attempt' | 'agentId'>,
) {
  return firstBefore(historyOf(bundle).commitments.get(answerKey(answer)), index)?.commitment
}

function historyOf(bundle: Bundle): History {
  const found = known.get(bundle) ?? read(bundle)
  known.set(bundle, found)
  return found
}

function read({ events }: Bundle): History {
  const assignments = new Map<string, At<Assigned>[]>()
  const commitments = new Map<string, At<Committed>[]>()
  for (const [index, { event }] of events.entries()) {
    if (event.type === 'SubtaskAssigned') add(assignments, attemptKey(event), { index, event })
    if (event.type === 'ResultCommitted') add(commitments, answerKey(event), { index, event })
  }
  return { assignments, commitments }
}

function add<T>(to: Map<string, T[]>, key: string, value: T): void {
  const others = to.get(key)
  if (others) others.push(value)
  else to.set(key, [value])
}

function firstBefore<T>(all: readonly At<T>[] = [], before: number): T | undefined {
  return all.find(({ index }) => index < before)?.event
}

function attemptKey({ subtaskId, attempt }: Pick<Assigned, 'subtaskId' | 'attempt'>): string {
  return JSON.stringify([subtaskId, attempt])
}

function answerKey({ subtaskId, attempt, agentId }: Pick<Committed, 'subtaskId' | 'attempt' | 'agentId'>): string {
  return JSON.stringify([subtaskId, attempt, agentId])
}
