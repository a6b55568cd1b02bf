import { EntenteError } from '../../protocol/errors.ts'
import { type Ballots, type Gold, majorityVote, weightedVote } from '../flow/agree/ballots.ts'
import { learnedVote } from '../flow/agree/learned-vote.ts'
import { logOddsWeights } from '../flow/agree/log-odds.ts'
import { collude } from './collude.ts'
import { dawidSkeneVote } from './dawid-skene.ts'
import { oneCoinVote } from './one-coin.ts'
import { type Random, randomOf } from './random.ts'
import type { Answers } from './read-answers.ts'

export interface Experiment {
  /** So many models drawn anew each time, or those that are right most often in the whole file. */
  readonly panel: { readonly by: 'random' | 'top'; readonly size: number }
  /** Added to the panel. */
  readonly colluders: number
  /** The share of questions on which they lie. */
  readonly lieRate: number
  /** The share of questions whose answers the learner knows. */
  readonly gold: number
  readonly draws: number
  readonly seed: string
}

/** How a rule decides; only some look at the gold. */
type Rule = (ballots: Ballots, gold: Gold) => Int16Array

const rules = {
  majority: majorityVote,
  oneCoin: oneCoinVote,
  dawidSkene: dawidSkeneVote,
  goldLogOdds: (ballots, gold) => {
    const weights = logOddsWeights(ballots, gold)
    return weightedVote(ballots, () => weights)
  },
  entente: learnedVote,
} satisfies Record<string, Rule>

/** Shares of right answers to questions that are not gold, means over draws. */
export type Accuracy = Readonly<Record<keyof typeof rules | 'bestMember', number>>

/**
 * Lets each rule decide all questions, from the votes of a panel and colluders, and counts how often it is right. The best
 * member is the honest one that turns out best.
 * @throws EntenteError ANSWERS_INVALID where the file has too few models or questions
 */
export function agreeOn(answers: Answers, experiment: Experiment): Accuracy {
  const { panel, gold, draws, seed } = experiment
  const [models, questions] = [answers.votes.length, answers.correct.length]
  const known = Math.round(gold * questions)
  if (panel.size > models) refuse(`the file has ${models} models, fewer than the ${panel.size} of the panel`)
  if (known >= questions) refuse(`of ${questions} questions none is left to judge by, with ${known} of gold`)
  const sums = new Map<string, number>()
  for (let draw = 0; draw < draws; draw++) {
    for (const [rule, share] of accuracyOf(answers, experiment, known, randomOf(`${seed}/${draw}`))) {
      sums.set(rule, (sums.get(rule) ?? 0) + share / draws)
    }
  }
  return Object.fromEntries([...sums].map(([rule, share]) => [rule, Math.round(share * 1e4) / 1e4])) as Accuracy
}

function accuracyOf(answers: Answers, experiment: Experiment, known: number, random: Random): [string, number][] {
  const { correct, votes } = answers
  const questions = [...correct.keys()]
  const byAccuracy = [...votes.keys()].sort((a, b) => right(votes[b]!) - right(votes[a]!) || a - b)
  const { by, size } = experiment.panel
  const honest = by === 'top' ? byAccuracy.slice(0, size) : random.some(byAccuracy, size)
  const outside = byAccuracy.filter(model => !honest.includes(model))
  // Colluders look like the best models that are not in the panel; where all are in it, like the panel.
  const looks = outside.length > 0 ? outside : byAccuracy
  const ballots: Ballots = {
    ...answers,
    votes: [...honest.map(model => votes[model]!), ...collude(answers, looks, experiment, random)],
  }
  const goldQuestions = random.some(questions, known).sort((a, b) => a - b)
  const gold = { questions: goldQuestions, correct: goldQuestions.map(question => correct[question]!) }
  const judged = Uint8Array.from(correct, () => 1)
  for (const question of goldQuestions) judged[question] = 0

  function right(decided: Int16Array, among?: Uint8Array): number {
    let count = 0
    for (let question = 0; question < correct.length; question++) {
      if (decided[question] === correct[question] && (!among || among[question])) count++
    }
    return count
  }
  const share = (decided: Int16Array) => right(decided, judged) / (correct.length - known)
  return [
    ...Object.entries<Rule>(rules).map(([name, rule]): [string, number] => [name, share(rule(ballots, gold))]),
    ['bestMember', Math.max(...honest.map(model => share(votes[model]!)))],
  ]
}

function refuse(why: string): never {
  throw new EntenteError('ANSWERS_INVALID', why)
}
