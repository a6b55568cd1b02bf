import { type Ballots, type Gold, weightedVote } from './ballots.ts'
import { fitWeights } from './fit-weights.ts'
import { groupsByMistakes, oneVoteEach } from './shared-mistakes.ts'

/**
 * The vote that learns whom to believe: who shares wrong answers to gold questions gets one vote together, votes weigh what
 * makes the gold answers likeliest, and each question goes to the option with the most weight. It does not depend on the
 * order of voters, and a voter who comes as many has no more say.
 */
export function learnedVote(ballots: Ballots, gold: Gold): Int16Array {
  const grouped = oneVoteEach(ballots, groupsByMistakes(ballots, gold))
  return weightedVote(grouped, fitWeights(grouped, gold))
}
