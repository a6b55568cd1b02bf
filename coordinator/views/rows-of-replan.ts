import type { TaskEventOf } from '../../protocol/events.ts'
import { haltsOf } from '../../protocol/plan.ts'
import type { Change } from './change.ts'
import type { Views } from './schema.ts'
import { waitingSubtask } from './waiting-subtask.ts'

/** Above all that a first plan, its items and its compensations have. */
const afterFirstPlan = 2_000_000

type Plan = TaskEventOf<'TaskPlanned'>['plan']

/** A row for each node of a plan that is among these. */
export function rowsOfPlan(taskId: string, plan: Plan, isNew: (id: string) => boolean, base = 0): Change[] {
  const halts = haltsOf(plan).map(halt => ({ ...halt, skill: '', replicas: 0, quorum: 0, weight: 0, attempts: 0 }))
  return [...plan.subtasks, ...halts].flatMap((node, place): Change[] => {
    const { id: subtaskId, title, skill, after, replicas, quorum, weight, attempts } = node
    if (!isNew(subtaskId)) return []
    const work = { skill, after: JSON.stringify(after), replicas, quorum, weight, attempts }
    return [{ put: 'subtasks', row: waitingSubtask({ taskId, subtaskId, ordinal: base + place, title, ...work }) }]
  })
}

/** What a new plan brings stands after all else; of what is given up nobody is asked any more. */
export function rowsOfReplan(taskId: string, event: TaskEventOf<'TaskReplanned'>): Change[] {
  const { plan, planHash, added, dropped, atMs } = event
  const isNew = new Set(added)
  const closed = (phase: string) => dropped.filter(each => each.phase === phase).length
  return [
    ...dropped.map(
      ({ subtaskId }): Change => ({
        set: 'subtasks',
        key: { taskId, subtaskId },
        to: { phase: 'dropped', endedAtMs: atMs },
      }),
    ),
    ...rowsOfPlan(taskId, plan, id => isNew.has(id), afterFirstPlan),
    {
      revise: 'tasks',
      key: { taskId },
      by: (row: Views['tasks']) => {
        const openApprovals = row.openApprovals - closed('approving')
        const openQuestions = row.openQuestions - closed('asking')
        const state = openApprovals + openQuestions > 0 ? 'input-required' : 'working'
        return { planHash, openApprovals, openQuestions, state }
      },
    },
  ]
}
