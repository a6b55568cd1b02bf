import { chosenOf } from '../grow.ts'
import type { SubtaskProgress } from '../progress.ts'
import type { Asked } from './agree.ts'
import type { Schema } from './merge.ts'
import type { Replica } from './replica.ts'
import { voicesOf } from './voices.ts'

/** What a verdict on an attempt, and those that it adds to, is made of. */
export interface Revealed {
  readonly replicas: readonly Replica[]
  readonly schema: Schema
  readonly asked: Asked
}

/** Of an attempt of which no answer is awaited any more. */
export function revealedIn(progress: SubtaskProgress, quorum: number): Revealed {
  const { assigned, results, expired, commitments } = progress
  const { answer, outputSchema, learned = [] } = assigned!
  const agents = chosenOf(progress).map(({ agentId }) => agentId)
  const committed = answer === 'commit'
  return {
    replicas: [...results].map(([agentId, { output }]) => ({ agentId, output })),
    schema: outputSchema,
    asked: {
      agents,
      quorum,
      noShows: committed ? agents.filter(agentId => !commitments.has(agentId)) : [...expired],
      unrevealed: committed ? [...commitments.keys()].filter(agentId => !results.has(agentId)) : [],
      voices: voicesOf(learned, agents),
    },
  }
}
