import { compare, Histories, percent } from '../against-past.ts'
import type { Rule } from '../rule.ts'

/** Replicas of a skill deviate from one another more often than they used to. */
export function disagreementRising(): Rule {
  const skills = new Histories()
  return {
    observe(observed) {
      if (observed.kind !== 'event') return
      const { event, before } = observed
      if (event.type !== 'SubtaskAgreed' && event.type !== 'AttemptFailed') return
      const assigned = before.subtasks.get(event.subtaskId)?.assigned
      // Of one alone nothing can deviate.
      if (!event.verdict || !assigned || assigned.chosen.length < 2) return
      skills.add(assigned.skill, { atMs: event.atMs, bad: event.verdict.deviators.length > 0 })
    },
    warnings({ atMs, thresholds }) {
      const span = thresholds['disagreement-rising']
      return [...skills.entries()].flatMap(([skill, history]) => {
        const compared = compare(history, span, atMs)
        if (!compared?.risen) return []
        const { recent, past, recentShare, pastShare } = compared
        return {
          code: 'disagreement-rising' as const,
          about: { skill },
          severity: recentShare >= 0.75 ? ('critical' as const) : ('warning' as const),
          cause: `replicas of ${skill} deviated in ${percent(recentShare)} of the last ${recent.length} verdicts, in ${percent(pastShare)} of the ${past.length} before`,
          figures: { recentShare, pastShare, recent: recent.length, past: past.length },
          suggestion: 'See who deviated, and in which fields; ask for more replicas until it is known why.',
        }
      })
    },
  }
}
