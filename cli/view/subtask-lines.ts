import { chosenOf } from '../../coordinator/flow/grow.ts'
import type { SubtaskProgress } from '../../coordinator/flow/progress.ts'
import type { Task } from '../../coordinator/flow/state.ts'
import { haltsOf, type Subtask } from '../../protocol/plan.ts'

/** An agent's name and domain, by its id. */
export type Naming = (agentId: string) => { name: string; domainId: string }

const signs: Record<SubtaskProgress['phase'], string> = {
  waiting: '·',
  executing: '▸',
  revealing: '▸',
  growing: '▸',
  judging: '▸',
  agreed: '▸',
  approving: '?',
  completed: '✔',
  failed: '✖',
  skipped: '-',
  expanded: '▸',
  awaiting: '…',
  asking: '?',
  dropped: '×',
}
const words: Record<SubtaskProgress['phase'], string> = {
  waiting: 'waiting',
  executing: 'at work',
  revealing: 'revealing',
  growing: 'asks one more',
  judging: 'asks a judge',
  agreed: 'agreed',
  approving: 'awaits approval',
  completed: 'done',
  failed: 'failed',
  skipped: 'skipped',
  expanded: 'item by item',
  awaiting: 'waits',
  asking: 'asks a person',
  dropped: 'given up',
}

/** The subtask, and below it a line for each of its agents. */
export function subtaskLines(
  subtask: Pick<Subtask, 'id' | 'title'>,
  progress: SubtaskProgress,
  tookMs: number | null,
  naming: Naming,
): string[] {
  const time = tookMs === null ? '' : `${(tookMs / 1000).toFixed(2)} s`
  const attempt = progress.attempts > 1 ? `, attempt ${progress.attempts}` : ''
  const title = subtask.title || subtask.id
  const alert = progress.warned ? ' ! no agent is free, and time is short' : ''
  const head = `${signs[progress.phase]} ${title.padEnd(46)} ${(words[progress.phase] + attempt).padEnd(16)} ${time}${alert}`
  return [head.trimEnd(), ...agentLines(progress, naming)]
}

function agentLines(progress: SubtaskProgress, naming: Naming): string[] {
  const chosen = chosenOf(progress)
  return chosen.map(({ agentId }, index) => {
    const { name, domainId } = naming(agentId)
    const branch = index === chosen.length - 1 ? '└' : '├'
    return `  ${branch} ${name.padEnd(24)} ${domainId.padEnd(19)} ${stateOf(progress, agentId)}`
  })
}

function stateOf(
  { verdict, commitments, results, failures, expired, phase }: SubtaskProgress,
  agentId: string,
): string {
  if (verdict?.deviators.includes(agentId)) return 'outvoted'
  if (verdict?.accepted.includes(agentId)) return 'accepted'
  if (failures.has(agentId)) return failures.get(agentId)!.reason
  if (expired.has(agentId) || verdict?.noShows.includes(agentId)) return 'silent'
  if (results.has(agentId)) return 'answered'
  if (commitments.has(agentId)) return 'committed'
  return phase === 'waiting' ? '' : 'at work'
}

/** All subtasks of a task, in the order of its plan, then its waits and questions. */
export function treeLines(task: Task, tookMs: (subtaskId: string) => number | null, naming: Naming): string[] {
  const nodes = task.plan ? [...task.plan.subtasks, ...haltsOf(task.plan)] : []
  return nodes.flatMap(subtask => subtaskLines(subtask, task.subtasks.get(subtask.id)!, tookMs(subtask.id), naming))
}
