import { type Advanced, advance, followed } from '../coordinator/flow/decide.ts'
import { evolve, fold } from '../coordinator/flow/evolve.ts'
import { isEnded, type Task, unknownTask } from '../coordinator/flow/state.ts'
import type { Authorize } from '../protocol/authorize.ts'
import type { TaskEvent } from '../protocol/events.ts'
import type { Bundle } from '../protocol/evidence.ts'
import { commandOf } from './command-of.ts'
import { differences } from './difference.ts'
import { type Check, eventAt, type Finding, shown } from './finding.ts'

/**
 * Replays the history with the coordinator's own rules: what was decided outside is taken from the log, all that follows
 * from it is computed again (plan, inputs, verdicts, approvals due, contribution, settlement, output) and must be what
 * the log has, event by event and field by field.
 *
 * @param onStep is shown the task as it was before each event that a command brought about, for whoever checks that too
 */
export function checkRules(
  bundle: Bundle,
  authorize: Authorize | null = null,
  onStep: (task: Task, index: number) => void = () => {},
): Check {
  const events = bundle.events.map(({ event }) => event)
  const findings: Finding[] = []
  let task = unknownTask(bundle.taskId)
  let index = 0
  while (index < events.length) {
    const step = replay(task, events, index, { bundle, authorize, onStep })
    findings.push(...step.findings)
    // Where the log and the rules have parted, what follows has nothing to be compared with.
    if (!step.next) return { name: 'rules', count: index, findings }
    task = step.next
    index = task.length
  }
  return { name: 'rules', count: index, findings: [...findings, ...unfinished(task, bundle)] }
}

interface Step {
  readonly findings: Finding[]
  /** The task after the step, as the log has it; null where the replay ends. */
  readonly next: Task | null
}

/** What the events alone do not say. */
interface Beside {
  readonly bundle: Bundle
  /** Null where no engine for policies was given: then what they decided is taken from the log. */
  readonly authorize: Authorize | null
  readonly onStep: (task: Task, index: number) => void
}

/** One command and all that follows from it. */
function replay(task: Task, events: readonly TaskEvent[], index: number, beside: Beside): Step {
  try {
    beside.onStep(task, index)
    const due = dueAt(task, events[index]!, beside)
    if (due.events.length === 0) return parted(index, `by the rules no ${events[index]!.type} can be here`)
    return compare(task, due, events, index)
  } catch (error) {
    return parted(index, `the rules refuse it: ${error instanceof Error ? error.message : error}`)
  }
}

function dueAt(task: Task, event: TaskEvent, { bundle, authorize }: Beside): Advanced {
  const command = commandOf(task, event, bundle, authorize)
  if (command) return advance(task, command)
  return isAbandoned(task, event) ? followed(evolve(task, event), [event], event.atMs) : { events: [], task }
}

/** A subtask that could not be afforded: who would have been asked is not recorded, only that nobody was. */
function isAbandoned(task: Task, event: TaskEvent): boolean {
  return event.type === 'SubtaskFailed' && task.subtasks.get(event.subtaskId)?.phase === 'waiting'
}

function compare(task: Task, due: Advanced, events: readonly TaskEvent[], first: number): Step {
  const findings: Finding[] = []
  for (const [offset, rule] of due.events.entries()) {
    const index = first + offset
    const event = events[index]
    if (!event)
      return {
        findings: [...findings, { where: '/events', what: `it ends where ${rule.type} must follow` }],
        next: null,
      }
    if (event.type !== rule.type) {
      const { findings: last } = parted(index, `by the rules ${rule.type} is next, the log has ${event.type}`)
      return { findings: [...findings, ...last], next: null }
    }
    for (const { at, expected, found } of differences(rule, event)) {
      findings.push({
        where: eventAt(index) + at,
        what: `the rules give ${shown(expected)}, the log has ${shown(found)}`,
      })
    }
    // The rules run only on a plan that they made: another may wait for itself, and never end.
    if ((event.type === 'TaskPlanned' || event.type === 'TaskReplanned') && findings.length > 0) {
      return { findings, next: null }
    }
  }
  // As the log has it, where the two are not the same.
  const next = findings.length === 0 ? due.task : fold(task, events.slice(first, first + due.events.length))
  return { findings, next }
}

function parted(index: number, what: string): Step {
  return { findings: [{ where: eventAt(index), what }], next: null }
}

function unfinished(task: Task, { anchors }: Bundle): Finding[] {
  const where = '/events'
  if (!isEnded(task)) return [{ where, what: `it ends while the task is ${task.state}` }]
  if (task.funded && !task.settled) return [{ where, what: 'it ends before the task is settled' }]
  if (task.settled === (anchors.settlement !== null)) return []
  const what = task.settled ? 'the task was settled, and no anchor says so' : 'an anchor of a settlement that never was'
  return [{ where: '/anchors/settlement', what }]
}
