/** Where a voter gave no answer. */
export const none = -1

/** What voters answered to the same questions, each by the number of an option. */
export interface Ballots {
  /** Options are numbered from 0 to below this. */
  readonly options: number
  /** `votes[voter][question]`: an option, or `none`. */
  readonly votes: readonly Int16Array[]
  /** The category of each question, from 0: what voters may know well or badly. */
  readonly categories: Int16Array
}

/** Questions whose answers are known beforehand to the learner, and to no voter. */
export interface Gold {
  readonly questions: readonly number[]
  readonly correct: readonly number[]
}

/** What each voter's vote weighs on questions of a category. */
export type WeightsOf = (category: number) => ArrayLike<number>

/**
 * The option with the most weight, of those that somebody voted for; between equals the lowest number. A weight below
 * zero speaks against: of a voter who is wrong more often than chance, that an option is its own says that it is not it.
 */
export function weightedVote({ options, votes, categories }: Ballots, weightsOf: WeightsOf): Int16Array {
  const tally = new Float64Array(options)
  return Int16Array.from(categories, (category, question) => {
    const weights = weightsOf(category)
    tally.fill(Number.NEGATIVE_INFINITY)
    for (let voter = 0; voter < votes.length; voter++) {
      const option = votes[voter]![question]!
      if (option === none) continue
      tally[option] = (tally[option] === Number.NEGATIVE_INFINITY ? 0 : tally[option]!) + weights[voter]!
    }
    return heaviest(tally)
  })
}

/** One voter, one vote. */
export function majorityVote(ballots: Ballots): Int16Array {
  const equal = new Float64Array(ballots.votes.length).fill(1)
  return weightedVote(ballots, () => equal)
}

function heaviest(tally: Float64Array): number {
  let winner = none
  for (let option = 0; option < tally.length; option++) {
    if (tally[option]! > (winner === none ? Number.NEGATIVE_INFINITY : tally[winner]!)) winner = option
  }
  return winner
}
