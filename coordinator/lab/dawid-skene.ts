import { type Ballots, majorityVote, none } from '../flow/agree/ballots.ts'
import { normalise } from './one-coin.ts'

const rounds = 10

/**
 * Dawid and Skene's model by expectation-maximisation and without gold, for comparison: of each voter, how likely it says
 * what when what is right, begun from the majority (Maximum Likelihood Estimation of Observer Error-Rates, 1979).
 */
export function dawidSkeneVote(ballots: Ballots): Int16Array {
  const { options, votes } = ballots
  const questions = votes[0]!.length
  const winners = majorityVote(ballots)
  // chances[question * options + option]
  const chances = new Float64Array(questions * options)
  winners.forEach((option, question) => {
    if (option !== none) chances[question * options + option] = 1
  })
  for (let round = 0; round < rounds; round++) {
    const said = votes.map(vote => logOfSaid(vote, chances, options))
    const common = commonness(chances, options)
    for (let question = 0; question < questions; question++) {
      const row = chances.subarray(question * options, (question + 1) * options)
      row.set(common)
      said.forEach((logs, voter) => {
        const answer = votes[voter]![question]!
        if (answer === none) return
        for (let right = 0; right < options; right++) row[right]! += logs[right * options + answer]!
      })
      winners[question] = normalise(row)
    }
  }
  return winners
}

/** ln of the chance that the voter says `answer` when `right` is: `[right * options + answer]`, one of each seen before. */
function logOfSaid(vote: Int16Array, chances: Float64Array, options: number): Float64Array {
  const counts = new Float64Array(options * options).fill(1)
  vote.forEach((answer, question) => {
    if (answer === none) return
    for (let right = 0; right < options; right++) {
      counts[right * options + answer]! += chances[question * options + right]!
    }
  })
  for (let right = 0; right < options; right++) {
    const row = counts.subarray(right * options, (right + 1) * options)
    const sum = row.reduce((a, b) => a + b)
    for (let answer = 0; answer < options; answer++) row[answer] = Math.log(row[answer]! / sum)
  }
  return counts
}

/** ln of how often each option is right. */
function commonness(chances: Float64Array, options: number): Float64Array {
  const counts = new Float64Array(options).fill(1)
  chances.forEach((chance, place) => {
    counts[place % options]! += chance
  })
  return counts.map(count => Math.log(count / (chances.length / options + options)))
}
