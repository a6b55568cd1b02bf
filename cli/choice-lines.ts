import type { Parts } from '../coordinator/flow/score.ts'
import type { CandidateExplained, ChoiceExplained } from '../evidence/explain-choices.ts'

/** What is said of a choice before and after its candidates. */
export function choiceLines(choice: ChoiceExplained): { readonly head: string[]; readonly foot: string[] } {
  const { subtaskId, attempt, skill, atMs, seed, wish, flows, unlisted } = choice
  const time = new Date(atMs).toISOString()
  const denied = (flows ?? []).filter(({ permit }) => !permit)
  return {
    head: [
      `${subtaskId}, attempt ${attempt}: ${skill}, given out at ${time}`,
      ...(wish ? [`  wanted: ${wantedOf(wish)}`] : []),
      seed
        ? `  lots are drawn by ${seed.blockHash}, of block ${seed.blockNumber}, which reserved the budget`
        : '  by what lots are drawn this older log does not say',
      ...denied.map(
        ({ domainId, reasons }) => `  filtered: all of ${domainId}; the policy set denies: ${reasons.join('; ')}`,
      ),
    ],
    foot: [
      ...(unlisted > 0 ? [`  … and ${unlisted} more, who stood behind all of these`] : []),
      `  ${verdictOf(choice)}`,
    ],
  }
}

function wantedOf({ replicas, failed, deadlineMs, stakeBps = 0 }: NonNullable<ChoiceExplained['wish']>): string {
  return [
    replicas === 1 ? '1 agent' : `${replicas} agents, each of another domain`,
    `${deadlineMs} ms for an attempt`,
    ...(stakeBps > 0 ? [`at stake at least ${stakeBps / 10_000} times the price`] : []),
    ...(failed.length > 0 ? [`tried in vain before: ${failed.map(agentId => `agent ${agentId}`).join(', ')}`] : []),
  ].join('; ')
}

/** `  chosen       agent 13 (health-two)   72 = stake 1 − price 0.2 …` */
export function candidateLine({ candidates }: ChoiceExplained, candidate: CandidateExplained): string {
  const { known, chosen, parts, lot } = candidate
  const who = `agent ${known.agentId} (${known.domainId})`
  const isTied = candidates.filter(other => other.known.score === known.score).length > 1
  const sum = parts && known.score !== undefined ? `${known.score} = ${sumOf(parts)}` : ''
  const facts = [
    sum,
    ...('why' in known && known.why !== `scored ${known.score}` ? [known.why] : []),
    ...standingOf(known),
    ...(lot && isTied ? [`lot ${lot.slice(0, 10)}…`] : []),
  ].filter(fact => fact !== '')
  return `  ${chosen ? 'chosen     ' : 'passed over'}  ${who}: ${facts.join('; ')}`
}

function sumOf(parts: Parts): string {
  return Object.entries(parts)
    .map(([name, points], place) => {
      const sign = points < 0 ? '− ' : place > 0 ? '+ ' : ''
      return `${sign}${Math.abs(Math.round(points * 100) / 100)} ${name}`
    })
    .join(' ')
}

function standingOf({ load, places, kept, record, tookMs }: CandidateExplained['known']): string[] {
  return [
    ...(load === undefined || places === undefined ? [] : [`${load} of ${places} places taken`]),
    ...(kept === undefined ? [] : [`${kept} kept for other work`]),
    ...(record
      ? [`words for and against: ${record[0]} and ${record[1]}, its domain ${record[2]} and ${record[3]}`]
      : []),
    ...(tookMs === undefined ? [] : [`takes ${tookMs} ms`]),
  ]
}

function verdictOf({ differences, candidates }: ChoiceExplained): string {
  if (differences === null) return 'The log does not say enough to choose again.'
  const [first] = differences
  if (first) return `THE RULE COMES TO ANOTHER CHOICE, first at ${first.at}: entente verify says more.`
  return `The rule, run again on these ${candidates.length}, comes to the same choice, number for number.`
}
