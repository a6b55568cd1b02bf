import type { TaskEventOf } from '../../protocol/events.ts'
import type { Priority } from '../../protocol/task.ts'

interface Prioritised {
  readonly spec: { readonly policy: Pick<TaskEventOf<'TaskSubmitted'>['spec']['policy'], 'priority'> }
  readonly authority: { readonly by: TaskEventOf<'TaskSubmitted'>['authority']['by'] }
}

/** The class that a task's work waits in. A response plan is opened by an emergency, unless its spec says that it is none. */
export function priorityOf({ spec, authority }: Prioritised): Priority {
  return spec.policy.priority ?? (authority.by === 'response-plan' ? 'emergency' : 'normal')
}
