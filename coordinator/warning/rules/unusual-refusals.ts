import type { TaskEvent } from '../../../protocol/events.ts'
import { compare, Histories, percent } from '../against-past.ts'
import type { Rule } from '../rule.ts'

/** The policy set in force refuses more than it used to: a domain, or altogether. */
export function unusualRefusals(): Rule {
  const domains = new Histories()
  const policies = new Histories()
  return {
    observe(observed) {
      if (observed.kind !== 'event') return
      const { event } = observed
      for (const [domainId, bad] of refusalsOf(event)) domains.add(domainId, { atMs: event.atMs, bad })
      if (event.type === 'TaskScreened') {
        policies.add(event.policy.id, { atMs: event.atMs, bad: event.decision === 'deny' })
      }
      if (event.type === 'FlowsDecided' && event.verdicts.length > 0) {
        policies.add(event.policy.id, { atMs: event.atMs, bad: event.verdicts.every(({ permit }) => !permit) })
      }
    },
    warnings({ atMs, thresholds }) {
      const span = thresholds['unusual-refusals']
      const of = (histories: Histories, field: 'domainId' | 'policy', who: (key: string) => string) =>
        [...histories.entries()].flatMap(([key, history]) => {
          const compared = compare(history, span, atMs)
          if (!compared?.risen) return []
          const { recent, past, recentShare, pastShare } = compared
          return {
            code: 'unusual-refusals' as const,
            about: { [field]: key },
            severity: recentShare >= 0.9 ? ('critical' as const) : ('warning' as const),
            cause: `${who(key)} in ${percent(recentShare)} of the last ${recent.length} decisions, in ${percent(pastShare)} of the ${past.length} before`,
            figures: { recentShare, pastShare, recent: recent.length, past: past.length },
            suggestion:
              'Read the reasons (entente replay); ask what a change of policy would do (entente policy what-if).',
          }
        })
      return [
        ...of(domains, 'domainId', key => `the domain ${key} was refused`),
        ...of(policies, 'policy', key => `${key} refused all`),
      ]
    },
  }
}

/** Of each domain that a policy set was asked about, whether it was refused. */
function refusalsOf(event: TaskEvent): [string, boolean][] {
  if (event.type !== 'FlowsDecided') return []
  return event.verdicts.map(({ domainId, permit }) => [domainId, !permit])
}
