import { type Ballots, type Gold, majorityVote, none } from './ballots.ts'

/**
 * Honest language models give the same wrong answer in a third to over a half of the questions that two of them both get
 * wrong: they learned from the same texts. Who shares more than two thirds surely has a common source.
 */
const commonSource = 2 / 3

/** Standard deviations; one-sided, 95 %: with few mistakes seen, nobody is put together. */
const usualSureness = 1.645

/** Questions that two voters both got wrong, and those of them on which they gave the same answer. */
interface Mistakes {
  readonly both: number
  readonly same: number
}

/**
 * Puts voters together who share their wrong answers to gold questions, the most alike first; groups are alike by the mean
 * over their pairs. Returns voters by group; one who is alone is a group. Right answers say nothing: there is one truth, and
 * voters who share it need no other reason.
 */
export function groupsByMistakes({ votes }: Ballots, gold: Gold, sureness = usualSureness): number[][] {
  const pairs = votes.map(one => votes.map(other => sharedMistakes(one, other, gold)))
  const groups = votes.map((_, voter) => [voter])
  for (;;) {
    let [most, first, second] = [commonSource, 0, 0]
    for (let a = 0; a < groups.length; a++) {
      for (let b = a + 1; b < groups.length; b++) {
        const alike = surelyShared(
          groups[a]!.flatMap(x => groups[b]!.map(y => pairs[x]![y]!)),
          sureness,
        )
        if (alike > most) [most, first, second] = [alike, a, b]
      }
    }
    if (second === 0) return groups
    groups[first] = [...groups[first]!, ...groups[second]!].sort((a, b) => a - b)
    groups.splice(second, 1)
  }
}

/** A group speaks with one vote: what most of its members say. */
export function oneVoteEach(ballots: Ballots, groups: readonly (readonly number[])[]): Ballots {
  const votes = groups.map(members =>
    members.length === 1
      ? ballots.votes[members[0]!]!
      : majorityVote({ ...ballots, votes: members.map(member => ballots.votes[member]!) }),
  )
  return { ...ballots, votes }
}

function sharedMistakes(one: Int16Array, other: Int16Array, { questions, correct }: Gold): Mistakes {
  let [both, same] = [0, 0]
  questions.forEach((question, place) => {
    const [a, b] = [one[question]!, other[question]!]
    if (a === none || b === none || a === correct[place] || b === correct[place]) return
    both++
    if (a === b) same++
  })
  return { both, same }
}

/** The lower end of what share of their joint mistakes voters have in common: the mean over pairs, by a Beta(1, 1) prior. */
function surelyShared(pairs: readonly Mistakes[], sureness: number): number {
  const both = pairs.reduce((sum, pair) => sum + pair.both, 0) / pairs.length
  const same = pairs.reduce((sum, pair) => sum + pair.same, 0) / pairs.length
  const rate = (same + 1) / (both + 2)
  return rate - sureness * Math.sqrt((rate * (1 - rate)) / (both + 3))
}
