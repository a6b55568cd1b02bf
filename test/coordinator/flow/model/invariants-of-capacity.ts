import { reservedOf } from '../../../../coordinator/flow/reserve.ts'
import type { TaskEvent } from '../../../../protocol/events.ts'
import { fail, type Step } from './step.ts'

const ends = new Set(['AttemptFailed', 'AttemptPreempted', 'GoldOpened', 'SubtaskFailed', 'SubtaskCompleted'])
const taskEnds = new Set(['TaskCompleted', 'TaskFailed', 'TaskCanceled', 'TaskRejected'])

/** 15. What agents have committed is what the history alone says: from an assignment to what ends it, and no longer. */
export function reservedByHistory(step: Step): void {
  const { world, events, after } = step
  const due = reservedIn([...world.history, ...events])
  const found = Object.values(reservedOf(after)).reduce((sum, units) => sum + units, 0)
  if (found !== due) fail(`${due} units are committed by the history, ${found} by the rules`, step)
}

/** 15. An attempt is broken off where its plan lets it and its task is no emergency, and that costs the subtask no attempt. */
export function preemptedByRule(step: Step): void {
  const { belief, events, command, after } = step
  for (const event of events) {
    if (event.type !== 'AttemptPreempted') continue
    const node = belief.nodes.get(event.subtaskId)
    if (command.type !== 'preempt' || !node?.mayBePreempted || belief.isEmergency)
      fail('broken off against the rule', step)
    const { phase, faults } = after.subtasks.get(event.subtaskId)!
    if (phase !== 'waiting' || faults.length > step.before.subtasks.get(event.subtaskId)!.faults.length)
      fail('broken off, and not waiting anew without fault', step)
  }
}

function reservedIn(history: readonly TaskEvent[]): number {
  const held = new Map<string, number>()
  const done = new Set<string>()
  const heldForTask = new Set<string>()
  const undoable = new Set<string>()
  for (const event of history) {
    if (event.type === 'TaskPlanned' || event.type === 'TaskReplanned' || event.type === 'SubtaskExpanded') {
      const isPlan = (each: TaskEvent) => each.type === 'TaskPlanned' || each.type === 'TaskReplanned'
      const all = history.filter(isPlan).flatMap(each => ('plan' in each ? each.plan.subtasks : []))
      const of = event.type === 'SubtaskExpanded' ? all.filter(({ id }) => id === event.subtaskId) : all
      for (const { id, hold, compensate } of of) {
        const ids = event.type === 'SubtaskExpanded' ? event.children.map(({ subtaskId }) => subtaskId) : [id]
        for (const each of ids) {
          if (hold === 'task') heldForTask.add(each)
          if (compensate) undoable.add(each)
        }
      }
    }
    if (event.type === 'SubtaskAssigned' && event.needs)
      held.set(event.subtaskId, sum(event.needs) * event.chosen.length)
    if (!('subtaskId' in event)) {
      if (event.type === 'TaskReplanned') for (const { subtaskId } of event.dropped) held.delete(subtaskId)
      if (!taskEnds.has(event.type)) continue
      const isUndone = event.type === 'TaskFailed' || event.type === 'TaskCanceled'
      for (const id of held.keys())
        if (!(isUndone && done.has(id) && heldForTask.has(id) && undoable.has(id))) held.delete(id)
      continue
    }
    const { subtaskId } = event
    if (event.type === 'SubtaskCompleted') done.add(subtaskId)
    const stays = event.type === 'SubtaskCompleted' && heldForTask.has(subtaskId)
    if (ends.has(event.type) && !stays) held.delete(subtaskId)
    if (event.type === 'ApprovalAnswered' && !event.granted) held.delete(subtaskId)
    const isUndo =
      subtaskId.startsWith('undo-') && (event.type === 'SubtaskCompleted' || event.type === 'SubtaskFailed')
    if (isUndo) held.delete(subtaskId.slice('undo-'.length))
  }
  return [...held.values()].reduce((total, units) => total + units, 0)
}

const sum = (needs: Readonly<Record<string, number>>) => Object.values(needs).reduce((total, units) => total + units, 0)
