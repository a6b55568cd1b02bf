import type { Random } from '../random.ts'

export const strategies = ['honest', 'lazy', 'lying', 'colluding', 'sybil'] as const
export type Strategy = (typeof strategies)[number]

/** An organisation earns what its agents do; one agent each, but for sybils. */
export interface Actor {
  readonly agentId: string
  readonly domainId: string
  readonly strategy: Strategy
}

/** What is asked: one of four answers is right, and one of the others is what many believe. */
export interface Question {
  readonly right: number
  readonly belief: number
}

export const options = 4

/** How agents behave. Credits are of the consortium's token. */
export interface Behaviour {
  /** Of honest work: how often it is wrong... */
  readonly errorRate: number
  /** ...and of its mistakes, those that are what many believe. */
  readonly sharedErrors: number
  /** What honest work costs, in credits; guessing costs nothing. */
  readonly effort: number
  /** How often a guess is right. */
  readonly guessRate: number
  /** Of the questions that a lone liar gets, those on which it lies. */
  readonly lieRate: number
  /** Of the questions on which colluders could outvote the others, those on which they do. */
  readonly colludeRate: number
}

/** One organisation a strategy and count; sybils are one organisation each, of so many agents. */
export function populationOf(counts: Readonly<Record<Strategy, number>>, sybilAgents: number): Actor[] {
  const actors: Actor[] = []
  for (const strategy of strategies) {
    for (let each = 0; each < counts[strategy]; each++) {
      const domainId = `${strategy}-${each}`
      for (let agent = 0; agent < (strategy === 'sybil' ? sybilAgents : 1); agent++) {
        actors.push({ agentId: `${actors.length}`, domainId, strategy })
      }
    }
  }
  return actors
}

export interface Given {
  readonly actor: Actor
  readonly answer: number
  readonly effort: number
  readonly lied: boolean
}

/**
 * What each of those asked answers. Colluders know each other, and tell one lie when there are enough of them for a quorum, as
 * often as they dare; else they work as honest ones do.
 */
export function answersOf(
  asked: readonly Actor[],
  quorum: number,
  question: Question,
  behaviour: Behaviour,
  random: Random,
): Given[] {
  const enough = asked.filter(({ strategy }) => strategy === 'colluding').length >= quorum
  const together = enough && random.next() < behaviour.colludeRate
  const lie = wrongOption(question.right, random)
  return asked.map(actor => {
    const { strategy } = actor
    if (strategy === 'lazy' || strategy === 'sybil') {
      return { actor, answer: work(question, 1 - behaviour.guessRate, behaviour, random), effort: 0, lied: false }
    }
    const lied = strategy === 'colluding' ? together : strategy === 'lying' && random.next() < behaviour.lieRate
    const worked = work(question, behaviour.errorRate, behaviour, random)
    return { actor, answer: lied ? lie : worked, effort: behaviour.effort, lied }
  })
}

function work({ right, belief }: Question, errorRate: number, { sharedErrors }: Behaviour, random: Random): number {
  if (random.next() >= errorRate) return right
  return random.next() < sharedErrors ? belief : wrongOption(right, random)
}

function wrongOption(right: number, random: Random): number {
  return (right + 1 + random.below(options - 1)) % options
}

export function questionOf(random: Random): Question {
  const right = random.below(options)
  return { right, belief: wrongOption(right, random) }
}
