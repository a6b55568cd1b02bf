import { OrderedMap } from 'immutable'
import type { TaskEvent, TaskEventOf } from '../../protocol/events.ts'
import { askedHash } from '../../protocol/key-release.ts'
import { haltsOf } from '../../protocol/plan.ts'
import { findSubtask } from './compensate.ts'
import { withChildren } from './expand.ts'
import { faultsOfExpiry, faultsOfGold, faultsOfVerdict } from './faults.ts'
import { outputHashOf, substanceOf, turnOf } from './fence.ts'
import { isGold, openedGold, toldWithinMs } from './gold-attempt.ts'
import { endGrowth, grown, unrevealedIn, wanting } from './grow.ts'
import { overviewAfter, overviewOf } from './overview.ts'
import { type SubtaskProgress, untouched } from './progress.ts'
import { withNewPlan } from './replan/replan.ts'
import { withKeysAnswered } from './seal/answer-keys.ts'
import { lacksKeys } from './seal/ask-keys.ts'
import { emptyOverview, isEnded, type Task } from './state.ts'
import { signalId } from './wait.ts'

/** Task and event in, task out. The same events give the same task, wherever and whenever they are folded. */
export function evolve(task: Task, event: TaskEvent): Task {
  const next = 'subtaskId' in event ? withSubtask(task, event) : withTask(task, event)
  return { ...next, length: task.length + 1 }
}

export function fold(task: Task, events: readonly TaskEvent[]): Task {
  return events.reduce(evolve, task)
}

type SubtaskEvent = Extract<TaskEvent, { subtaskId: string }>
type WholeTaskEvent = Exclude<TaskEvent, SubtaskEvent>

function withTask(task: Task, event: WholeTaskEvent): Task {
  switch (event.type) {
    case 'TaskSubmitted':
      return { ...task, state: 'submitted', submitted: event }
    case 'TaskFunded':
      return { ...task, funded: true, seed: event.blockHash ?? null }
    case 'BudgetCovered':
      return { ...task, funded: true, seed: event.blockHash }
    case 'TaskScreened':
      return { ...task, screened: event.decision === 'permit', policed: event.policy.hash !== undefined }
    case 'TaskPlanned':
      return planned(task, event)
    case 'TaskReplanned':
      return withNewPlan(task, event)
    case 'ReplanSought':
      return { ...task, replanning: { ...task.replanning, sought: event } }
    case 'ReplanRefused':
      return { ...task, replanning: { ...task.replanning, sought: null, refused: event.reason } }
    case 'TaskCompleted':
      return { ...ended(task, 'completed'), output: event.output }
    case 'TaskFailed':
      return ended(task, 'failed')
    case 'TaskCanceled':
      return ended(task, 'canceled')
    case 'TaskPaused':
      return { ...task, paused: true, pauseSignedAtMs: event.by.signedAtMs }
    case 'TaskResumed':
      return { ...task, paused: false, pauseSignedAtMs: event.by.signedAtMs, openSinceMs: event.atMs }
    case 'TaskRejected':
      return ended(task, 'rejected')
    case 'ContributionMeasured':
      return { ...task, contribution: event }
    case 'SettlementComputed':
      return { ...task, settlement: event }
    case 'TaskBatched':
      return { ...task, batch: event }
    case 'BatchFell':
      return { ...task, batch: null }
    case 'TaskSettled':
      return { ...task, settled: true }
    case 'TaskProven':
      return { ...task, proven: event }
  }
}

/** Of what is over nothing follows but what ends with it, which is asked of the subtasks themselves. */
function ended(task: Task, state: Task['state']): Task {
  return { ...task, state, overview: emptyOverview }
}

function planned(task: Task, { atMs, plan, planHash, messageBytes }: TaskEventOf<'TaskPlanned'>): Task {
  const subtasks = OrderedMap([...plan.subtasks, ...haltsOf(plan)].map(({ id }) => [id, untouched(id)] as const))
  const replanning = { ...task.replanning, planHash }
  const next: Task = {
    ...task,
    state: 'working',
    openSinceMs: atMs,
    plan,
    replanning,
    messageBytes: messageBytes ?? null,
    subtasks,
  }
  return { ...next, overview: overviewOf(next) }
}

function withSubtask(task: Task, event: SubtaskEvent): Task {
  const before = task.subtasks.get(event.subtaskId) ?? untouched(event.subtaskId)
  const sinceMs = event.type === 'StarvationWarned' ? before.sinceMs : event.atMs
  const after = { ...progress(task, before, event), sinceMs }
  const subtasks = task.subtasks.set(event.subtaskId, after)
  const completions = event.type === 'SubtaskCompleted' ? [...task.completions, event.subtaskId] : task.completions
  const policed = task.policed || event.type === 'FlowsDecided'
  // What is taken back after the end does not change how the task ended.
  if (isEnded(task)) return { ...task, policed, subtasks }
  const overview = overviewAfter(task, subtasks, before, after)
  const asking = overview.live.some(({ progress: { phase } }) => phase === 'approving' || phase === 'asking')
  const state = asking ? 'input-required' : 'working'
  const next: Task = { ...task, policed, subtasks, overview, completions, state }
  return event.type === 'SubtaskExpanded' ? withChildren(next, event) : next
}

function progress({ plan }: Task, subtask: SubtaskProgress, event: SubtaskEvent): SubtaskProgress {
  switch (event.type) {
    case 'FlowsDecided':
      return { ...subtask, flows: event }
    case 'FitDecided':
      return { ...subtask, fit: event }
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
      return {
        ...subtask,
        expired: new Set([...subtask.expired, ...event.silent]),
        excused: event.phase === 'excused' ? withExcused(subtask, event) : subtask.excused,
        // Who could not begin has not failed.
        failed: lacksKeys(subtask) ? subtask.failed : new Set([...subtask.failed, ...event.silent]),
        // After missed heartbeats those who are heard go on.
        phaseDeadlineMs: afterExpiryMs(subtask, event),
        faults: [...subtask.faults, ...faultsOfExpiry(subtask, event, findSubtask(plan, subtask.id)!.deadlineMs)],
      }
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
    case 'ApprovalRequested':
      return { ...subtask, phase: 'approving', approval: event, phaseDeadlineMs: event.deadlineMs }
    case 'ApprovalAnswered':
      if (event.flow !== undefined && event.granted) return consented(subtask, event)
      return { ...subtask, phase: event.granted ? 'agreed' : 'failed', phaseDeadlineMs: Number.POSITIVE_INFINITY }
    case 'CompensationOpened':
      return { ...subtask, begunAtMs: event.atMs }
    case 'StarvationWarned':
      return { ...subtask, warned: true }
    case 'SubtaskSkipped':
      return { ...subtask, phase: 'skipped' }
    case 'SubtaskExpanded':
      return { ...subtask, phase: 'expanded' }
    case 'SubtaskGathered':
      return { ...subtask, phase: 'agreed', output: event.output }
    case 'WaitBegun':
      return { ...subtask, phase: 'awaiting', phaseDeadlineMs: event.deadlineMs }
    case 'SignalReceived':
      return { ...answered(subtask), output: event.payload, heard: signalId(event), keepers: event.keepers ?? [] }
    case 'WaitElapsed':
      return { ...answered(subtask), elapsed: true }
    case 'QuestionAsked':
      return { ...subtask, phase: 'asking', question: event, phaseDeadlineMs: event.deadlineMs }
    case 'QuestionAnswered':
      return { ...answered(subtask), output: event.answer, keepers: event.keepers ?? [] }
    case 'SubtaskCompleted':
      return { ...subtask, phase: 'completed' }
    case 'SubtaskFailed':
      return { ...subtask, phase: 'failed', phaseDeadlineMs: Number.POSITIVE_INFINITY }
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

function answered(subtask: SubtaskProgress): SubtaskProgress {
  return { ...subtask, phase: 'agreed', phaseDeadlineMs: Number.POSITIVE_INFINITY }
}

/** A flow was approved of: the work can be given out, which is approved of by itself when it is done. */
function consented(subtask: SubtaskProgress, { contentHash }: TaskEventOf<'ApprovalAnswered'>): SubtaskProgress {
  const consents = new Set(subtask.consents).add(contentHash)
  return { ...subtask, phase: 'waiting', approval: null, consents, phaseDeadlineMs: Number.POSITIVE_INFINITY }
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
