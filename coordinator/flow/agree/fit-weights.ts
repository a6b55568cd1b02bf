import { type Ballots, type Gold, none, type WeightsOf } from './ballots.ts'

/**
 * Precisions of the normal priors around no weight, and around the same weight in every category. Compared on both halves
 * of a file of answers: a third of them, or three times as much, does nearly as well on either.
 */
const precision = { overall: 3, category: 10 }

/** Steps stop at a gradient of this length: far below what changes a vote. */
const smallEnough = 1e-6
const mostSteps = 4_000

/**
 * Weights under which the known answers are likeliest: a conditional logit (D. McFadden, Conditional Logit Analysis of
 * Qualitative Choice Behavior, 1974) in which an option's strength is the sum of the weights of those who vote for it, and
 * shrunk towards none. Unlike log-odds, voter by voter, it does not count twice what two voters know, or get wrong, together.
 * A voter has a weight of its own in every category, shrunk towards its weight in all. Without gold all weigh the same. What is
 * learned is how each differs from `usual`, to which all are shrunk.
 *
 * The likelihood is concave, so there is one answer; it is found by gradient steps with momentum (Y. Nesterov, Introductory
 * Lectures on Convex Optimization, 2004, scheme 2.2.11).
 */
export function fitWeights(ballots: Ballots, gold: Gold, usual = 0): WeightsOf {
  const voters = ballots.votes.length
  if (gold.questions.length === 0) return () => new Float64Array(voters).fill(1)
  const categories = [...new Set(gold.questions.map(question => ballots.categories[question]!))]
  const rowOf = new Map(categories.map((category, row) => [category, row + 1]))
  const rows = gold.questions.map(question => rowOf.get(ballots.categories[question]!)!)
  // Row 0 is the weight in all categories; the others are what each adds.
  const weights = climb(ballots, gold, { rows, usual }, voters * (categories.length + 1))
  return category => {
    const row = rowOf.get(category)
    return Float64Array.from({ length: voters }, (_, voter) =>
      coarse(usual + weights[voter]! + (row === undefined ? 0 : weights[row * voters + voter]!)),
    )
  }
}

/** To 20 binary places: sums of weights are then exact, so that ties are ties, in whatever order voters come. */
function coarse(weight: number): number {
  return Math.round(weight * 2 ** 20) / 2 ** 20
}

/** The category's row of each gold question, and the weight that all begin with. */
interface Prior {
  readonly rows: readonly number[]
  readonly usual: number
}

function climb(ballots: Ballots, gold: Gold, prior: Prior, size: number): Float64Array {
  const steepest = steepestCurve(ballots, gold)
  const root = Math.sqrt(steepest / precision.overall)
  const momentum = (root - 1) / (root + 1)
  const weights = new Float64Array(size)
  const ahead = new Float64Array(size)
  const slope = new Float64Array(size)
  for (let step = 0; step < mostSteps; step++) {
    gradient(ballots, gold, prior, ahead, slope)
    let squares = 0
    for (let i = 0; i < size; i++) {
      const next = ahead[i]! + slope[i]! / steepest
      ahead[i] = next + momentum * (next - weights[i]!)
      weights[i] = next
      squares += slope[i]! ** 2
    }
    if (Math.sqrt(squares) < smallEnough) break
  }
  return weights
}

/** Of the log likelihood, priors included. */
function gradient(ballots: Ballots, gold: Gold, { rows, usual }: Prior, weights: Float64Array, slope: Float64Array) {
  const { votes, options } = ballots
  const voters = votes.length
  for (let i = 0; i < slope.length; i++) {
    slope[i] = -(i < voters ? precision.overall : precision.category) * weights[i]!
  }
  const chances = new Float64Array(options)
  gold.questions.forEach((question, place) => {
    const row = rows[place]! * voters
    chances.fill(0)
    for (let voter = 0; voter < voters; voter++) {
      const option = votes[voter]![question]!
      if (option !== none) chances[option]! += usual + weights[voter]! + weights[row + voter]!
    }
    toChances(chances)
    for (let voter = 0; voter < voters; voter++) {
      const option = votes[voter]![question]!
      if (option === none) continue
      const off = (option === gold.correct[place] ? 1 : 0) - chances[option]!
      slope[voter]! += off
      slope[row + voter]! += off
    }
  })
}

/** Strengths become chances that sum to one. */
function toChances(strengths: Float64Array): void {
  const most = strengths.reduce((a, b) => Math.max(a, b))
  let sum = 0
  for (let option = 0; option < strengths.length; option++) {
    strengths[option] = Math.exp(strengths[option]! - most)
    sum += strengths[option]!
  }
  for (let option = 0; option < strengths.length; option++) strengths[option]! /= sum
}

/**
 * No second derivative is larger: half of the largest number of voters on one option, twice because a vote counts in two
 * rows, summed over questions.
 */
function steepestCurve({ votes, options }: Ballots, { questions }: Gold): number {
  let sum = precision.category
  for (const question of questions) {
    const count = new Uint16Array(options)
    for (const vote of votes) if (vote[question] !== none) count[vote[question]!]!++
    sum += Math.max(...count)
  }
  return sum
}
