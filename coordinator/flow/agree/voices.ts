import type { GoldAnswers } from '../../../protocol/gold.ts'
import { type Ballots, type Gold, none } from './ballots.ts'
import { fitWeights } from './fit-weights.ts'
import { groupsByMistakes, oneVoteEach } from './shared-mistakes.ts'

/** What the words of those who answered weigh, by agent, and who has one voice together. */
export interface Voices {
  readonly weights: ReadonlyMap<string, number>
  readonly together: readonly (readonly string[])[]
}

/** Of whom nothing is known has one voice, and so has, before anything is known of it, everybody. */
const oneVoice = 1

/**
 * The voices of agents by what they said to gold: those who share mistakes speak with one, which is divided among them, and
 * each weighs what makes the gold answers likeliest, shrunk to one. Nobody's is below none: that somebody says a thing never
 * speaks against it. Null where nothing is known of any.
 */
export function voicesOf(learned: readonly GoldAnswers[], agents: readonly string[]): Voices | null {
  const known = learned.filter(({ answers }) => agents.some(agentId => agentId in answers))
  if (known.length === 0) return null
  const [ballots, gold] = ballotsOf(known, agents)
  const groups = groupsByMistakes(ballots, gold)
  const weights = fitWeights(oneVoteEach(ballots, groups), gold, oneVoice)(0)
  const each = groups.flatMap((members, group) =>
    members.map(member => [agents[member]!, coarse(Math.max(0, weights[group]!) / members.length)] as const),
  )
  const together = groups.filter(({ length }) => length > 1).map(members => members.map(member => agents[member]!))
  return { weights: new Map(each), together }
}

/** Of a question the right answer is option 0, and each other that was given has a number of its own. */
function ballotsOf(known: readonly GoldAnswers[], agents: readonly string[]): [Ballots, Gold] {
  const wrong = known.map(({ answers }) => [...new Set(Object.values(answers).filter(said => said !== null))].sort())
  const votes = agents.map(agentId =>
    Int16Array.from(known, ({ answers }, question) => {
      const said = answers[agentId]
      return said === undefined ? none : said === null ? 0 : 1 + wrong[question]!.indexOf(said)
    }),
  )
  const options = 2 + wrong.reduce((most, { length }) => Math.max(most, length), 0)
  const ballots = { options, votes, categories: new Int16Array(known.length) }
  return [ballots, { questions: known.map((_, question) => question), correct: known.map(() => 0) }]
}

/** To ten binary places: sums are exact, and the last place of an exponential, which engines may differ in, is cut off. */
function coarse(weight: number): number {
  return Math.round(weight * 1_024) / 1_024
}
