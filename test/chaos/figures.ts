import type { EffectFigures } from './check/effects.ts'
import type { Strikes } from './strike.ts'
import type { Supervisor } from './supervise.ts'
import type { Watch } from './watch-tasks.ts'

/** What was seen beside what must hold. */
export interface Figures {
  readonly seconds: number
  readonly tasks: number
  readonly completed: number
  readonly failed: number
  readonly subtasksCompleted: number
  /** Attempts beyond the first of a subtask. */
  readonly furtherAttempts: number
  /** Attempts whose agents were excused, those in which heartbeats ceased, and those that were held against some. */
  readonly attemptsExcused: number
  readonly heartbeatsMissed: number
  readonly silencesAtFault: number
  readonly effects: EffectFigures
  readonly kills: Readonly<Record<string, number>>
  readonly restarts: number
  /** Processes that ended by themselves, and were started again too. */
  readonly ownEnds: readonly string[]
}

export function figuresOf(run: {
  readonly startedMs: number
  readonly watch: Watch
  readonly strikes: Strikes
  readonly supervisor: Supervisor
  readonly effects: EffectFigures
}): Figures {
  const tasks = [...run.watch.tasks.values()]
  const count = (type: string) => tasks.flatMap(({ events }) => events).filter(event => event.type === type).length
  const expired = new Map<string, number>()
  for (const event of tasks.flatMap(({ events }) => events)) {
    if (event.type === 'AttemptExpired') expired.set(event.phase, (expired.get(event.phase) ?? 0) + 1)
  }
  return {
    seconds: Math.round((performance.now() - run.startedMs) / 1_000),
    tasks: tasks.length,
    completed: count('TaskCompleted'),
    failed: count('TaskFailed'),
    subtasksCompleted: count('SubtaskCompleted'),
    furtherAttempts: tasks
      .flatMap(({ events }) => events)
      .filter(event => event.type === 'SubtaskAssigned' && event.attempt > 1).length,
    attemptsExcused: expired.get('excused') ?? 0,
    heartbeatsMissed: expired.get('heartbeat') ?? 0,
    silencesAtFault: (expired.get('execute') ?? 0) + (expired.get('commit') ?? 0) + (expired.get('reveal') ?? 0),
    effects: run.effects,
    kills: Object.fromEntries(run.strikes.done),
    restarts: run.supervisor.restarts(),
    ownEnds: run.supervisor.ownEnds,
  }
}
