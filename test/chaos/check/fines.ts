import type { Hex } from '../../../protocol/hash.ts'
import type { Seen } from '../watch-tasks.ts'
import type { Check } from './finding.ts'

/**
 * Nobody is at fault: every agent is honest, and none is silent of itself.
 *
 * @param wasAway whether an agent was, for longer than it takes to be started again
 */
export function checkFines(tasks: ReadonlyMap<Hex, Seen>, wasAway: (agentId: string) => boolean): Check {
  const faults = [...tasks].flatMap(([taskId, { task }]) =>
    [...task.subtasks.values()].flatMap(progress => progress.faults.map(fault => ({ taskId, ...fault }))),
  )
  return {
    what: 'no agent at fault for what others did',
    count: tasks.size,
    findings: faults
      .filter(({ agentId }) => !wasAway(agentId))
      .map(({ taskId, subtaskId, agentId, fault }) => `task ${taskId}, ${subtaskId}: agent ${agentId}, ${fault}`),
  }
}
