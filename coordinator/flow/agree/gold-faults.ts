import type { Json } from '../../../protocol/canonical.ts'
import { agree } from './agree.ts'
import type { Ballots, Gold } from './ballots.ts'
import type { Schema } from './merge.ts'
import type { Replica } from './replica.ts'
import { groupsByMistakes } from './shared-mistakes.ts'

/** Four standard deviations: one in 30,000 pairs that share no more than honest ones do. It costs all of a stake. */
const beyondDoubt = 4

/** Agents whose outputs the known answer shows to be wrong, by the rules that merge replicas, whatever the others say. */
export function wrongByGold(replicas: readonly Replica[], schema: Schema, known: Json): string[] {
  const truth = { agentId: 'known', output: known, weight: 2 }
  const asked = { agents: [], quorum: 0, noShows: [], unrevealed: [] }
  return replicas
    .filter(replica => {
      const { verdict } = agree([truth, { ...replica, weight: 1 }], schema, asked)
      return verdict.deviators.includes(replica.agentId)
    })
    .map(({ agentId }) => agentId)
}

/** Voters who share so many of their wrong answers to gold that they must have agreed on them. */
export function colludersByGold(ballots: Ballots, gold: Gold): number[] {
  return groupsByMistakes(ballots, gold, beyondDoubt)
    .filter(group => group.length > 1)
    .flat()
}
