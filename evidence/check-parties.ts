import { partiesOf } from '../coordinator/flow/prove.ts'
import type { Bundle } from '../protocol/evidence.ts'
import { differences } from './difference.ts'
import { type Check, pointer, shown } from './finding.ts'

/** Whether the parties are the agents that were given work, all of them, under the wallets and domains they had then. */
export function checkParties({ parties, events }: Bundle): Check {
  const expected = partiesOf(events.map(({ event }) => event))
  const findings = differences(expected, parties).map(({ at, expected: chosen, found }) => ({
    where: pointer('parties') + at,
    what: `the assignments have ${shown(chosen)}, the parties ${shown(found)}`,
  }))
  return { name: 'parties', count: parties.length, findings }
}
