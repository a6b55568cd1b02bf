import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Ballots,
  type Gold,
  majorityVote,
  none,
  weightedVote,
} from '../../../../coordinator/flow/agree/ballots.ts'
import { fitWeights } from '../../../../coordinator/flow/agree/fit-weights.ts'
import { learnedVote } from '../../../../coordinator/flow/agree/learned-vote.ts'
import { logOddsWeights } from '../../../../coordinator/flow/agree/log-odds.ts'
import { groupsByMistakes } from '../../../../coordinator/flow/agree/shared-mistakes.ts'
import { seeded } from '../../../harness/seeded.ts'

const questions = 60
const [options, goldQuestions] = [4, 40]

/** Voters right so many times in a hundred, who otherwise err at random. The right answer is option 0, gold comes first. */
function panel(skills: readonly number[], seed: string) {
  const random = seeded(seed)
  const votes = skills.map(skill =>
    Int16Array.from({ length: questions }, () => (random.percent(skill) ? 0 : 1 + random.below(options - 1))),
  )
  return { options, votes, categories: Int16Array.from({ length: questions }, (_, question) => question % 3) }
}
const gold: Gold = {
  questions: Array.from({ length: goldQuestions }, (_, question) => question),
  correct: Array.from({ length: goldQuestions }, () => 0),
}
const allWrong = () => new Int16Array(questions).fill(3)
const right = (decided: Int16Array) => decided.filter(option => option === 0).length

const panels = fc
  .tuple(fc.array(fc.integer({ min: 20, max: 95 }), { minLength: 2, maxLength: 6 }), fc.string())
  .map(([skills, seed]) => panel(skills, seed))
const few = { numRuns: 20 }

describe('the learned vote', () => {
  it('is the majority where nothing is known beforehand', () => {
    fc.assert(
      fc.property(panels, ballots => {
        expect(learnedVote(ballots, { questions: [], correct: [] })).toEqual(majorityVote(ballots))
      }),
      few,
    )
  })

  it('is what all say, where all say the same', () => {
    fc.assert(
      fc.property(panels, ballots => {
        const decided = learnedVote(ballots, gold)
        for (let question = 0; question < questions; question++) {
          const said = new Set(ballots.votes.map(vote => vote[question]!))
          if (said.size === 1) expect(decided[question]).toBe([...said][0])
          else expect(said).toContain(decided[question])
        }
      }),
      few,
    )
  })

  it('does not depend on the order of voters', () => {
    fc.assert(
      fc.property(panels, ballots => {
        const turned = { ...ballots, votes: [...ballots.votes].reverse() }
        expect(learnedVote(turned, gold)).toEqual(learnedVote(ballots, gold))
      }),
      few,
    )
  })

  it('gives a voter who comes as many no more say', () => {
    const ballots = panel([80, 75, 70, 40], 'many')
    const many = { ...ballots, votes: [...ballots.votes, ...Array.from({ length: 9 }, () => ballots.votes[3]!)] }
    expect(groupsByMistakes(many, gold).at(-1)).toEqual([3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
    expect(learnedVote(many, gold)).toEqual(learnedVote(ballots, gold))
  })

  it('is not moved by liars, however many', () => {
    const ballots = panel([70, 70, 65, 65, 60], 'liars')
    const lied = { ...ballots, votes: [...ballots.votes, ...Array.from({ length: 20 }, allWrong)] }
    expect(right(majorityVote(lied))).toBe(0)
    expect(right(learnedVote(lied, gold))).toBeGreaterThanOrEqual(right(majorityVote(ballots)))
  })

  it('puts nobody together for being right, or for too few mistakes', () => {
    const ballots = panel([100, 100, 100], 'right')
    expect(groupsByMistakes(ballots, gold)).toEqual([[0], [1], [2]])
    const seen = { questions: [0, 1], correct: [0, 0] }
    expect(groupsByMistakes({ ...ballots, votes: [allWrong(), allWrong()] }, seen)).toEqual([[0], [1]])
  })
})

describe('weights', () => {
  it('by log-odds are those of the chance that is learned', () => {
    const ballots: Ballots = { ...panel([], ''), votes: [new Int16Array(questions), allWrong()] }
    const [always, never] = logOddsWeights(ballots, gold)
    const mean = (goldQuestions + 1) / (2 * goldQuestions + 2)
    const chance = (goldQuestions + 2 * mean) / (goldQuestions + 2)
    expect(always).toBeCloseTo(Math.log((chance * 3) / (1 - chance)), 9)
    expect(never).toBeLessThan(0)
  })

  it('are where the slope of the likelihood is nothing', () => {
    const ballots: Ballots = { ...panel([80, 60, 30], 'slope'), categories: new Int16Array(questions) }
    // One category: its weight and the overall one add up, as one with the precision of both in a row.
    const weights = fitWeights(ballots, gold)(0)
    const precision = 1 / (1 / 3 + 1 / 10)
    ballots.votes.forEach((vote, voter) => {
      let slope = -precision * weights[voter]!
      for (const question of gold.questions) {
        const strength = [0, 0, 0, 0]
        ballots.votes.forEach((each, other) => {
          strength[each[question]!]! += weights[other]!
        })
        const sum = strength.reduce((total, each) => total + Math.exp(each), 0)
        slope += (vote[question] === 0 ? 1 : 0) - Math.exp(strength[vote[question]!]!) / sum
      }
      expect(slope).toBeCloseTo(0, 4)
    })
  })

  it('of who gave no answer count nowhere, and where nobody did there is none', () => {
    const ballots: Ballots = {
      options: 2,
      votes: [Int16Array.of(none, 1), Int16Array.of(none, none)],
      categories: new Int16Array(2),
    }
    expect([...weightedVote(ballots, () => [1, 5])]).toEqual([none, 1])
  })
})
