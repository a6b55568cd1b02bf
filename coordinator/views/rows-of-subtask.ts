import type { TaskEvent, TaskEventOf } from '../../protocol/events.ts'
import type { Verdict } from '../../protocol/verdict.ts'
import type { Change } from './change.ts'
import { approvalAnswered, approvalRequested, questionAnswered, questionAsked } from './rows-of-consent.ts'
import type { Views } from './schema.ts'
import type { Standing } from './tables-of-tasks.ts'
import { waitingSubtask } from './waiting-subtask.ts'

type SubtaskEvent = Extract<TaskEvent, { subtaskId: string }>
/** A plan has at most 1,000 subtasks, and a list 999 items. */
const placesOfItems = 1_000
const afterAllItems = placesOfItems * (placesOfItems + 1)

type AttemptKey = { taskId: string; subtaskId: string; attempt: number; since?: number | undefined }

/** What an event of a subtask changes. Phases are those of the flow's own state. */
export function rowsOfSubtaskEvent(taskId: string, event: SubtaskEvent): Change[] {
  const { subtaskId, atMs } = event
  const set = (to: Partial<Views['subtasks']>): Change => ({ set: 'subtasks', key: { taskId, subtaskId }, to })
  switch (event.type) {
    case 'SubtaskAssigned':
      return assigned(taskId, event)
    case 'ResultCommitted':
      return [setAssignment({ taskId, ...event }, event.agentId, { committedAtMs: atMs })]
    case 'RevealOpened':
      return [set({ phase: 'revealing', deadlineMs: event.deadlineMs })]
    case 'GoldOpened':
      return [set({ phase: 'waiting' }), ...standing({ taskId, ...event }, event.wrong, 'deviated')]
    case 'ReplicaWanted':
      return [set({ phase: 'growing', deadlineMs: event.deadlineMs })]
    case 'ReplicasEnded':
    case 'JudgeAnswered':
    case 'JudgeGivenUp':
      return []
    case 'JudgeAsked':
      return [set({ phase: 'judging', deadlineMs: event.deadlineMs })]
    case 'ResultReceived':
      return [setAssignment({ taskId, ...event }, event.agentId, { answeredAtMs: atMs, ...answered(event) })]
    case 'AttemptExpired':
      return standing({ taskId, ...event }, event.silent, silence(event))
    case 'SubtaskAgreed':
      return [
        set({ phase: 'agreed', confidence: event.verdict.confidence, output: JSON.stringify(event.output) }),
        ...standings({ taskId, ...event }, event.verdict),
      ]
    case 'AttemptFailed':
      return [
        set({ phase: 'waiting', reason: event.reason }),
        ...(event.verdict ? standings({ taskId, ...event }, event.verdict) : []),
      ]
    case 'AttemptPreempted':
      return preempted(taskId, event)
    case 'CompensationOpened':
      return [{ put: 'subtasks', row: compensation(taskId, event) }]
    case 'RetryDue':
    case 'FlowsDecided':
    case 'FitDecided':
    case 'KeysAsked':
    case 'KeysAnswered':
      return []
    case 'StarvationWarned':
      return [set({ warnedAtMs: atMs }), { set: 'tasks', key: { taskId }, to: { warnedAtMs: atMs } }]
    case 'ApprovalRequested':
      return [set({ phase: 'approving', deadlineMs: event.deadlineMs }), ...approvalRequested(taskId, event)]
    case 'ApprovalAnswered':
      return [set({ phase: phaseAfter(event) }), ...approvalAnswered(taskId, event)]
    case 'SubtaskSkipped':
      return [set({ phase: 'skipped', endedAtMs: atMs })]
    case 'SubtaskExpanded':
      return [set({ phase: 'expanded', startedAtMs: atMs }), ...expanded(taskId, event)]
    case 'SubtaskGathered':
      return [set({ phase: 'agreed', output: JSON.stringify(event.output) })]
    case 'WaitBegun':
      return [set({ phase: 'awaiting', startedAtMs: atMs, deadlineMs: event.deadlineMs })]
    case 'SignalReceived':
      return [set({ phase: 'agreed', output: JSON.stringify(event.payload) })]
    case 'WaitElapsed':
      return [set({ phase: 'agreed' })]
    case 'QuestionAsked':
      return [
        set({ phase: 'asking', startedAtMs: atMs, deadlineMs: event.deadlineMs }),
        ...questionAsked(taskId, event),
      ]
    case 'QuestionAnswered':
      return [set({ phase: 'agreed', output: JSON.stringify(event.answer) }), ...questionAnswered(taskId, event)]
    case 'SubtaskCompleted':
      return [set({ phase: 'completed', endedAtMs: atMs, reason: null })]
    case 'SubtaskFailed':
      return [set({ phase: 'failed', endedAtMs: atMs, reason: event.reason })]
  }
}

/** What was approved of before it is done is given out next. */
function phaseAfter({ granted, flow }: TaskEventOf<'ApprovalAnswered'>): Views['subtasks']['phase'] {
  if (!granted) return 'failed'
  return flow === undefined ? 'agreed' : 'waiting'
}

/** Beside the plan's subtasks and their items, after all of them. */
function compensation(taskId: string, event: TaskEventOf<'CompensationOpened'>): Views['subtasks'] {
  const { subtaskId, compensates, skill, attempts } = event
  const work = { after: '[]', replicas: 1, quorum: 1, weight: 0, attempts }
  const title = `Take back: ${compensates}`
  return waitingSubtask({ taskId, subtaskId, ordinal: afterAllItems, title, skill, ...work })
}

/** Each item's subtask is like its list's, and stands after all that were planned. */
function expanded(taskId: string, { subtaskId, children }: TaskEventOf<'SubtaskExpanded'>): Change[] {
  return children.map((child, index) => ({
    copy: 'subtasks',
    key: { taskId, subtaskId },
    as: ({ ordinal, title }) => ({
      taskId,
      subtaskId: child.subtaskId,
      ordinal: placesOfItems * (ordinal + 1) + index,
      title: `${title || subtaskId}, ${index + 1}`,
      phase: 'waiting',
      startedAtMs: null,
    }),
  }))
}

function assigned(taskId: string, event: TaskEventOf<'SubtaskAssigned'>): Change[] {
  const { subtaskId, attempt, atMs, deadlineMs, chosen, passedOver } = event
  const begun: Change = {
    set: 'subtasks',
    key: { taskId, subtaskId },
    to: {
      phase: 'executing',
      attempt,
      deadlineMs,
      warnedAtMs: null,
      passedOver: JSON.stringify(passedOver),
      ...(attempt === 1 ? { startedAtMs: atMs } : {}),
    },
  }
  const assignments = chosen.map(({ agentId, domainId, wallet, price, stake, score, reasons }): Change => {
    const open = { committedAtMs: null, answeredAtMs: null, outputHash: null, failure: null, standing: null }
    const key = { taskId, subtaskId, attempt }
    return {
      put: 'assignments',
      row: {
        ...key,
        agentId,
        domainId,
        wallet,
        price,
        stake,
        score,
        reasons: JSON.stringify(reasons),
        assignedAtMs: atMs,
        ...open,
      },
    }
  })
  return [begun, ...assignments]
}

/** Who was at work on it is told why it was called off; nothing stands against them. */
function preempted(taskId: string, event: TaskEventOf<'AttemptPreempted'>): Change[] {
  const { subtaskId, agentId, claim } = event
  const reason = `broken off for an emergency: ${claim.subtaskId} of task ${claim.taskId}`
  return [
    { set: 'subtasks', key: { taskId, subtaskId }, to: { phase: 'waiting', reason } },
    setAssignment({ taskId, ...event }, agentId, { standing: 'preempted' }),
  ]
}

function answered({ answer }: TaskEventOf<'ResultReceived'>): Partial<Views['assignments']> {
  // The event is there because its receipt is for this very output.
  if (answer.kind === 'result') return { outputHash: answer.receipt.outputHash }
  return answer.kind === 'failure' ? { failure: answer.failure.reason } : {}
}

function silence({ phase }: TaskEventOf<'AttemptExpired'>): Standing {
  if (phase === 'excused') return phase
  return phase === 'reveal' ? 'unrevealed' : 'no-show'
}

function standings(attempt: AttemptKey, verdict: Verdict): Change[] {
  const given = [
    ['accepted', verdict.accepted],
    ['deviated', verdict.deviators],
    ['no-show', verdict.noShows],
    ['unrevealed', verdict.unrevealed],
  ] as const
  return given.flatMap(([name, agents]) => standing(attempt, agents, name))
}

function standing(key: AttemptKey, agents: readonly string[], name: Standing): Change[] {
  const first = key.since ?? key.attempt
  const attempts = Array.from({ length: key.attempt - first + 1 }, (_, place) => first + place)
  // Each agent was asked in one of them: of the others there is no row.
  return agents.flatMap(agentId =>
    attempts.map(attempt => setAssignment({ ...key, attempt }, agentId, { standing: name })),
  )
}

function setAssignment({ taskId, subtaskId, attempt }: AttemptKey, agentId: string, to: Partial<Views['assignments']>) {
  return { set: 'assignments', key: { taskId, subtaskId, attempt, agentId }, to } satisfies Change
}
