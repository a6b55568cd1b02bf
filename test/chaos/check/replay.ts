import { isDeepStrictEqual } from 'node:util'
import { fold } from '../../../coordinator/flow/evolve.ts'
import { type Task, unknownTask } from '../../../coordinator/flow/state.ts'
import { contentHash } from '../../../protocol/canonical.ts'
import type { Hex } from '../../../protocol/hash.ts'
import type { Seen } from '../watch-tasks.ts'
import type { Check } from './finding.ts'

/** A task as the operator's API shows it: as much of it as a fold can be compared with. */
export interface Shown {
  readonly state: string
  readonly events: number
  readonly outputHash: string | null
  readonly bundle: string | null
  readonly subtasks: readonly { readonly subtaskId: string; readonly phase: string; readonly attempt: number }[]
}

/**
 * Each task's log, folded as it came while processes died, is the same task as folded afresh at the end, and the same that
 * the API shows.
 */
export function checkReplay(
  live: ReadonlyMap<Hex, Seen>,
  afresh: ReadonlyMap<Hex, Seen>,
  shown: ReadonlyMap<Hex, Shown>,
): Check {
  const findings = [...live].flatMap(([taskId, { task }]) => {
    const again = afresh.get(taskId)
    if (!again) return [`task ${taskId} is no longer in the log`]
    return [
      again.misplaced === 0 ? [] : [`has ${again.misplaced} entries out of place`],
      isDeepStrictEqual(again.task, task) ? [] : ['is another task when its log is folded again'],
      isDeepStrictEqual(fold(unknownTask(taskId), again.events), task) ? [] : ['is another task when folded at once'],
      differences(task, shown.get(taskId)),
    ]
      .flat()
      .map(problem => `task ${taskId} ${problem}`)
  })
  return { what: 'logs folded anew give the task that the API shows', count: live.size, findings }
}

function differences(task: Task, shown: Shown | undefined): string[] {
  if (!shown) return ['is not in the read model']
  const folded: Shown = {
    state: task.state,
    events: task.length,
    outputHash: task.state === 'completed' ? contentHash(task.output) : null,
    bundle: task.proven?.bundle ?? null,
    subtasks: [...task.subtasks.values()].map(({ id, phase, attempts }) => ({
      subtaskId: id,
      phase,
      attempt: attempts,
    })),
  }
  return (Object.keys(folded) as (keyof Shown)[]).flatMap(field =>
    isDeepStrictEqual(folded[field], shown[field])
      ? []
      : [`has ${field} ${JSON.stringify(folded[field])}, the API says ${JSON.stringify(shown[field])}`],
  )
}
