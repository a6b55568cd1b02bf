import { type Ballots, type Gold, none } from './ballots.ts'

/** How many questions the panel's mean counts for, beside a voter's own. */
const priorQuestions = 2

/**
 * Weights of voters who err alone and at random: ln(p (K - 1) / (1 - p)) for a voter who is right with chance p, of K
 * options (Nitzan and Paroush, Optimal Decision Rules in Uncertain Dichotomous Choice Situations, 1982). p is learned from
 * gold, with a Beta prior at the panel's mean.
 */
export function logOddsWeights({ options, votes }: Ballots, { questions, correct }: Gold): Float64Array {
  const given = votes.map(vote => questions.filter(question => vote[question] !== none).length)
  const right = votes.map(vote => questions.filter((question, place) => vote[question] === correct[place]).length)
  const mean = (sum(right) + 1) / (sum(given) + 2)
  return Float64Array.from(votes, (_, voter) => {
    const chance = (right[voter]! + priorQuestions * mean) / (given[voter]! + priorQuestions)
    return Math.log((chance * (options - 1)) / (1 - chance))
  })
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0)
}
