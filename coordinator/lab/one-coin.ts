import { type Ballots, none } from '../flow/agree/ballots.ts'

const rounds = 20

/**
 * The one-coin model, by expectation-maximisation and without gold, for comparison: each voter is right with one chance,
 * and errs at random (after A. P. Dawid and A. M. Skene, Maximum Likelihood Estimation of Observer Error-Rates, 1979).
 * It believes whoever agrees most, and so a group that lies together.
 */
export function oneCoinVote({ options, votes }: Ballots): Int16Array {
  const questions = votes[0]!.length
  const given = votes.map(vote => vote.reduce((count, option) => count + (option === none ? 0 : 1), 0))
  let weights = new Float64Array(votes.length).fill(1)
  const chances = new Float64Array(options)
  const winners = new Int16Array(questions)
  for (let round = 0; round < rounds; round++) {
    const right = new Float64Array(votes.length)
    for (let question = 0; question < questions; question++) {
      winners[question] = posterior(votes, question, weights, chances)
      for (let voter = 0; voter < votes.length; voter++) {
        const option = votes[voter]![question]!
        if (option !== none) right[voter]! += chances[option]!
      }
    }
    weights = right.map((sum, voter) => {
      const chance = (sum + 1) / (given[voter]! + 2)
      return Math.log((chance * (options - 1)) / (1 - chance))
    })
  }
  return winners
}

/** Fills in the chance of every option, and gives the likeliest. */
function posterior(votes: readonly Int16Array[], question: number, weights: Float64Array, chances: Float64Array) {
  chances.fill(0)
  for (let voter = 0; voter < votes.length; voter++) {
    const option = votes[voter]![question]!
    if (option !== none) chances[option]! += weights[voter]!
  }
  return normalise(chances)
}

/** From logarithms of chances to chances; gives the likeliest. */
export function normalise(chances: Float64Array): number {
  let likeliest = 0
  for (let option = 1; option < chances.length; option++) {
    if (chances[option]! > chances[likeliest]!) likeliest = option
  }
  const most = chances[likeliest]!
  let sum = 0
  for (let option = 0; option < chances.length; option++) {
    chances[option] = Math.exp(chances[option]! - most)
    sum += chances[option]!
  }
  for (let option = 0; option < chances.length; option++) chances[option]! /= sum
  return likeliest
}
