import type { TaskEvent, TaskEventOf } from '../../protocol/events.ts'
import type { Task } from './state.ts'

/**
 * A person who may cancels a task whatever it is at. The withdrawal of the alert that opened it, which a quorum attested
 * on chain, cancels it only where no work was given out yet: what is under way may be what the false alarm calls for,
 * and is for people to stop.
 */
export function cancel(task: Task, command: Omit<TaskEventOf<'TaskCanceled'>, 'type'>): TaskEvent[] {
  const { atMs, reason, by } = command
  if (isWithdrawal(by) && (hasBegun(task) || !isOfItsPlan(task, by))) return []
  return [{ type: 'TaskCanceled', atMs, reason, by }]
}

type By = TaskEventOf<'TaskCanceled'>['by']
type Withdrawal = Extract<By, { cancelHash: unknown }>

/** It is the chain that says so, and no person's signature. */
export function isWithdrawal(by: By): by is Withdrawal {
  return by !== null && 'cancelHash' in by
}

export function hasBegun({ subtasks }: Task): boolean {
  return [...subtasks.values()].some(({ attempts }) => attempts > 0)
}

function isOfItsPlan({ submitted }: Task, { contract }: Withdrawal): boolean {
  const { authority } = submitted!
  return authority.by === 'response-plan' && authority.contract === contract
}
