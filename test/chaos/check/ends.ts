import type { Hex } from '../../../protocol/hash.ts'
import type { Mood } from '../template.ts'
import type { Seen } from '../watch-tasks.ts'
import type { Check } from './finding.ts'

/** Every task has ended by its own rules, is settled if it was funded, and is proven; each of that once. */
export function checkEnds(moods: ReadonlyMap<Hex, Mood>, tasks: ReadonlyMap<Hex, Seen>): Check {
  const findings = [...moods].flatMap(([taskId, mood]) => {
    const seen = tasks.get(taskId)
    if (!seen) return [`task ${taskId} is not in the log`]
    return problemsOf(seen, mood).map(problem => `task ${taskId} ${problem}`)
  })
  const strangers = [...tasks.keys()].filter(taskId => !moods.has(taskId))
  return {
    what: 'tasks ended by their own rules, settled and proven, each once',
    count: moods.size,
    findings: [...findings, ...strangers.map(taskId => `task ${taskId} was handed in by nobody`)],
  }
}

function problemsOf({ task, events }: Seen, mood: Mood): string[] {
  const count = (type: string) => events.filter(event => event.type === type).length
  const completed = events.flatMap(event => (event.type === 'SubtaskCompleted' ? [event.subtaskId] : []))
  const failure = events.find(event => event.type === 'TaskFailed')?.reason
  return [
    task.state === 'completed' || task.state === 'failed' ? [] : [`is ${task.state}`],
    mood === 'fail' && task.state === 'completed' ? ['is completed although it cannot be done'] : [],
    mood !== 'fail' && failure?.includes('deadline') ? [`failed: ${failure}`] : [],
    task.funded && !task.settled ? ['is not settled'] : [],
    task.proven ? [] : ['is not proven'],
    ...['TaskFunded', 'TaskPlanned', 'SettlementComputed', 'TaskSettled', 'TaskProven'].map(type =>
      count(type) > 1 ? [`has ${count(type)} ${type}`] : [],
    ),
    new Set(completed).size === completed.length ? [] : ['has a subtask that completed twice'],
  ].flat()
}
