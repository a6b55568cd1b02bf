import { none } from '../flow/agree/ballots.ts'
import type { Random } from './random.ts'
import type { Answers } from './read-answers.ts'

/**
 * Votes of colluders. On a share of the questions, drawn for all of them, they give one and the same wrong answer; on the
 * others each is a sleeper, and answers as an honest model does: each as another one, so that nothing but their lies makes
 * them alike. A lie is drawn from the wrong answers that some model of the file gave, for one that nobody would give is
 * seen through.
 */
export function collude(
  answers: Answers,
  models: readonly number[],
  { colluders, lieRate }: { readonly colluders: number; readonly lieRate: number },
  random: Random,
): Int16Array[] {
  const lies = answers.correct.map((_, question) =>
    random.next() < lieRate ? lieFor(answers, question, random) : none,
  )
  return Array.from({ length: colluders }, (_, colluder) => {
    const copied = answers.votes[models[colluder % models.length]!]!
    return lies.map((lie, question) => (lie === none ? copied[question]! : lie))
  })
}

function lieFor({ correct, votes, options }: Answers, question: number, random: Random): number {
  const right = correct[question]
  const given = new Set(votes.map(vote => vote[question]!))
  const wrong = [...given].filter(option => option !== none && option !== right).sort((a, b) => a - b)
  if (wrong.length > 0) return wrong[random.below(wrong.length)]!
  const others = Array.from({ length: options }, (_, option) => option).filter(option => option !== right)
  return others[random.below(others.length)]!
}
