import type { Hex } from '../../../protocol/hash.ts'
import type { RecordedEffect } from '../effects.ts'
import type { Seen } from '../watch-tasks.ts'
import type { Check } from './finding.ts'

export interface EffectFigures {
  readonly effects: number
  /** Executions that found their effect there already. */
  readonly repeated: number
  /** Effects of attempts that were given up, and another made. */
  readonly ofLostAttempts: number
}

/**
 * Every completed subtask has the effect of each agent whose result was accepted, exactly once and with that result; and
 * there is no effect of anything that was not assigned.
 */
export function checkEffects(
  tasks: ReadonlyMap<Hex, Seen>,
  effectsOf: ReadonlyMap<string, readonly RecordedEffect[]>,
): { check: Check; figures: EffectFigures } {
  const findings: string[] = []
  const expected = [...tasks].flatMap(([taskId, seen]) => acceptedResults(taskId, seen))
  for (const { agentId, key, total } of expected) {
    const found = effectsOf.get(agentId)!.filter(effect => effect.key === key)
    if (found.length !== 1) findings.push(`agent ${agentId} has ${found.length} effects of ${key}`)
    else if (found[0]!.total !== total)
      findings.push(`agent ${agentId} booked ${found[0]!.total} for ${key}, said ${total}`)
  }
  const assigned = assignedKeys(tasks)
  const all = [...effectsOf].flatMap(([agentId, effects]) => effects.map(effect => ({ agentId, ...effect })))
  for (const { agentId, key } of all) {
    if (!assigned.has(`${agentId}/${key}`)) findings.push(`agent ${agentId} did ${key}, which it was not assigned`)
  }
  const figures = {
    effects: all.length,
    repeated: all.reduce((sum, { executions }) => sum + executions - 1, 0),
    ofLostAttempts: all.length - expected.length,
  }
  return {
    check: { what: 'effects of completed subtasks recorded exactly once', count: expected.length, findings },
    figures,
  }
}

function acceptedResults(taskId: Hex, { task }: Seen) {
  return [...task.subtasks.values()].flatMap(({ id, phase, verdict, results }) => {
    if (phase !== 'completed') return []
    const key = `${taskId}:${id}`
    return verdict!.accepted.map(agentId => {
      const { total } = results.get(agentId)!.output as { total: number }
      return { agentId, key, total }
    })
  })
}

function assignedKeys(tasks: ReadonlyMap<Hex, Seen>): Set<string> {
  const keys = [...tasks].flatMap(([taskId, { events }]) =>
    events.flatMap(event =>
      event.type === 'SubtaskAssigned'
        ? event.chosen.map(({ agentId }) => `${agentId}/${taskId}:${event.subtaskId}`)
        : [],
    ),
  )
  return new Set(keys)
}
