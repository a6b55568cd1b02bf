import type { TaskEventOf } from '../../protocol/events.ts'
import { askedHash } from '../../protocol/key-release.ts'
import { findSubtask } from './compensate.ts'
import { faultsOfExpiry, faultsOfGold, faultsOfVerdict } from './faults.ts'
import { outputHashOf, substanceOf, turnOf } from './fence.ts'
import { isGold, openedGold, toldWithinMs } from './gold-attempt.ts'
import { endGrowth, grown, unrevealedIn, wanting } from './grow.ts'
import { type SubtaskProgress, untouched } from './progress.ts'
import { withKeysAnswered } from './seal/answer-keys.ts'
import { lacksKeys } from './seal/ask-keys.ts'
import type { Task } from './state.ts'

type AttemptEvent = TaskEventOf<
  | 'SubtaskAssigned'
  | 'KeysAsked'
  | 'KeysAnswered'
  | 'ResultCommitted'
  | 'RevealOpened'
  | 'GoldOpened'
  | 'ReplicaWanted'
  | 'ReplicasEnded'
  | 'JudgeAsked'
  | 'JudgeAnswered'
  | 'JudgeGivenUp'
  | 'ResultReceived'
  | 'AttemptExpired'
  | 'SubtaskAgreed'
  | 'AttemptFailed'
  | 'AttemptPreempted'
  | 'RetryDue'
>

/** What becomes of an attempt, from its assignment to its verdict, or to the wait for another. */
export function evolveAttempt({ plan }: Task, subtask: SubtaskProgress, event: AttemptEvent): SubtaskProgress {
  switch (event.type) {
    case 'SubtaskAssigned':
      return begin(subtask, event)
    case 'KeysAsked':
      return { ...subtask, keys: { asked: event, hash: askedHash(event), answers: new Map(), lastMs: event.atMs } }
    case 'KeysAnswered':
      return withKeysAnswered(subtask, event)
    case 'ResultCommitted':
      return {
        ...subtask,
        commitments: new Map(subtask.commitments).set(event.agentId, event.commitment),
        said: new Map(subtask.said).set(turnOf(event.attempt, event.agentId, 'commit'), event.commitment),
      }
    case 'RevealOpened':
      return {
        ...subtask,
        phase: 'revealing',
        phaseDeadlineMs: event.deadlineMs,
        givenMs: event.deadlineMs - event.atMs,
        expired: unrevealedIn(subtask),
      }
    case 'GoldOpened':
      return {
        ...subtask,
        phase: 'waiting',
        phaseDeadlineMs: Number.POSITIVE_INFINITY,
        gold: { ...subtask.gold, opened: [...subtask.gold.opened, openedGold(subtask, event)] },
        // That another try would not help was said of the question.
        failures: new Map(),
        faults: [...subtask.faults, ...faultsOfGold(subtask, event.wrong)],
      }
    case 'ReplicaWanted':
      return wanting(subtask, event)
    case 'ReplicasEnded':
      return endGrowth(subtask)
    case 'JudgeAsked': {
      const judging = { asked: event, answered: null, givenUp: null }
      return { ...subtask, phase: 'judging', phaseDeadlineMs: event.deadlineMs, judging }
    }
    case 'JudgeAnswered':
      return {
        ...subtask,
        phaseDeadlineMs: Number.POSITIVE_INFINITY,
        judging: { ...subtask.judging!, answered: event },
      }
    case 'JudgeGivenUp':
      return {
        ...subtask,
        phaseDeadlineMs: Number.POSITIVE_INFINITY,
        judging: { ...subtask.judging!, givenUp: event.reason },
      }
    case 'ResultReceived':
      return receive(subtask, event)
    case 'AttemptExpired':
      return expire(subtask, event, findSubtask(plan, subtask.id)!.deadlineMs)
    case 'SubtaskAgreed':
      return {
        ...subtask,
        phase: 'agreed',
        phaseDeadlineMs: Number.POSITIVE_INFINITY,
        verdict: event.verdict,
        output: event.output,
        faults: [...subtask.faults, ...faultsOfVerdict(subtask, event.verdict)],
      }
    case 'AttemptFailed': {
      const faults = event.verdict ? faultsOfVerdict(subtask, event.verdict) : []
      return {
        ...subtask,
        phase: 'waiting',
        phaseDeadlineMs: event.retryAtMs ?? Number.POSITIVE_INFINITY,
        faults: [...subtask.faults, ...faults],
      }
    }
    case 'AttemptPreempted':
      return {
        ...subtask,
        phase: 'waiting',
        preempted: subtask.preempted + 1,
        failures: new Map(),
        phaseDeadlineMs: Number.POSITIVE_INFINITY,
      }
    case 'RetryDue':
      return { ...subtask, phaseDeadlineMs: Number.POSITIVE_INFINITY }
  }
}

function begin(subtask: SubtaskProgress, event: TaskEventOf<'SubtaskAssigned'>): SubtaskProgress {
  return {
    ...untouched(subtask.id),
    ...grown(subtask),
    gold: event.gold ? { ...subtask.gold, asked: [...subtask.gold.asked, event.gold.question] } : subtask.gold,
    phase: 'executing',
    attempts: event.attempt,
    preempted: subtask.preempted,
    excused: subtask.excused,
    begunAtMs: subtask.begunAtMs ?? event.atMs,
    failed: subtask.failed,
    asked: new Map(subtask.asked).set(
      event.attempt,
      event.chosen.map(({ agentId }) => agentId),
    ),
    said: subtask.said,
    assigned: event,
    phaseDeadlineMs: event.deadlineMs,
    givenMs: event.deadlineMs - event.atMs,
    faults: subtask.faults,
    part: subtask.part,
    consents: subtask.consents,
    // It gives the same to whoever is asked next.
    fit: subtask.fit,
  }
}

/** @param dueMs how long the plan gives agents */
function expire(subtask: SubtaskProgress, event: TaskEventOf<'AttemptExpired'>, dueMs: number): SubtaskProgress {
  return {
    ...subtask,
    expired: new Set([...subtask.expired, ...event.silent]),
    excused: event.phase === 'excused' ? withExcused(subtask, event) : subtask.excused,
    // Who could not begin has not failed.
    failed: lacksKeys(subtask) ? subtask.failed : new Set([...subtask.failed, ...event.silent]),
    // After missed heartbeats those who are heard go on.
    phaseDeadlineMs: afterExpiryMs(subtask, event),
    faults: [...subtask.faults, ...faultsOfExpiry(subtask, event, dueMs)],
  }
}

/** Once an attempt, whatever was added to it. One that asks what is known counts for nothing as it is. */
function withExcused(subtask: SubtaskProgress, { since, attempt }: TaskEventOf<'AttemptExpired'>): readonly number[] {
  const { excused } = subtask
  const first = since ?? attempt
  return isGold(subtask) || excused.includes(first) ? excused : [...excused, first]
}

/** What is known must be told, or given up. */
function afterExpiryMs(subtask: SubtaskProgress, { phase, atMs }: TaskEventOf<'AttemptExpired'>): number {
  if (phase === 'heartbeat') return subtask.phaseDeadlineMs
  return isGold(subtask) ? atMs + toldWithinMs : Number.POSITIVE_INFINITY
}

function receive(subtask: SubtaskProgress, event: TaskEventOf<'ResultReceived'>): SubtaskProgress {
  const { attempt, agentId, answer } = event
  const said = new Map(subtask.said).set(turnOf(attempt, agentId, 'answer'), substanceOf(answer))
  if (answer.kind === 'result') {
    const { startedAtMs, finishedAtMs } = answer.receipt
    const tookMs = Math.max(0, finishedAtMs - startedAtMs)
    const result = { output: answer.output, outputHash: outputHashOf(answer), tookMs }
    return { ...subtask, said, results: new Map(subtask.results).set(agentId, result) }
  }
  if (answer.kind === 'failure') {
    const { reason, retry } = answer.failure
    const failures = new Map(subtask.failures).set(agentId, { reason, retry })
    return { ...subtask, said, failures, failed: new Set(subtask.failed).add(agentId) }
  }
  return subtask
}
