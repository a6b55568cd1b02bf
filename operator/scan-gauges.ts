import type { Difference, Differences } from '../protocol/chain-difference.ts'
import type { Figure } from './exposition.ts'

const scans = ['A', 'B', 'C'] as const

/**
 * What the gateways' scans have found, as figures that are zero when all is well.
 *
 * @param differences null when no gateway answered: then nothing is known, and nothing is said to be zero
 */
export function scanGauges(differences: Differences | null): Figure[] {
  const answered = {
    name: 'entente_chain_scans_answered',
    help: 'Whether a gateway said what its scans have found.',
    samples: [{ value: differences === null ? 0 : 1 }],
  }
  return differences === null ? [answered] : [answered, ...gaugesOf(Object.values(differences).flat())]
}

function gaugesOf(all: readonly Difference[]): Figure[] {
  const of = (scan: string) => all.filter(difference => difference.scan === scan)
  const owned = Map.groupBy(all, ({ scan, owner }) => JSON.stringify({ scan, owner }))
  return [
    {
      name: 'entente_chain_differences',
      help: 'On what chain, gateways and business do not agree, by scan: must be zero.',
      samples: scans.map(scan => ({ labels: { scan }, value: of(scan).length })),
    },
    {
      name: 'entente_chain_differences_oldest_seconds',
      help: 'Age of the oldest of them; zero when there is none.',
      samples: scans.map(scan => ({
        labels: { scan },
        value: of(scan).reduce((oldest, { ageMs }) => Math.max(oldest, ageMs), 0) / 1_000,
      })),
    },
    {
      name: 'entente_chain_differences_owned',
      help: 'The same by who has to act: the gateway, an operator, or a tenant. Only where there are any.',
      samples: [...owned].map(([labels, { length }]) => ({ labels: JSON.parse(labels), value: length })),
    },
  ]
}
