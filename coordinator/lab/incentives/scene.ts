import type { Parameters } from '../../../protocol/consortium.ts'
import type { Behaviour, Strategy } from './population.ts'

/** A run: who takes part, at which parameters. */
export interface Scene {
  readonly tasks: number
  readonly seed: string
  readonly parameters: Parameters
  /** Organisations of each strategy. */
  readonly counts: Readonly<Record<Strategy, number>>
  /** Agents of a sybil organisation. */
  readonly sybilAgents: number
  readonly behaviour: Behaviour
  readonly replicas: number
  readonly quorum: number
  /** In credits: what an agent asks... */
  readonly reward: number
  /** ...and has at stake; whoever is fined makes up for it before the next task. */
  readonly stake: number
  /** As the Stake contract has it: after so many penalties out for so many epochs; 0 for never. */
  readonly jailAfter: number
  readonly jailEpochs: number
  /** Tasks in an epoch. */
  readonly epoch: number
}

/** In credits, for one organisation and task of the run. */
export interface Earnings {
  readonly organisations: number
  readonly profit: number
  readonly rewards: number
  readonly lies: number
  readonly effort: number
  readonly penalties: number
  /** Of all assignments, those that came to it. */
  readonly share: number
  /** Of its answers, those that were lies or guesses. */
  readonly dishonest: number
  /** Organisations that were shown to collude. */
  readonly convicted: number
}

export interface Outcome {
  readonly earnings: Readonly<Partial<Record<Strategy, Earnings>>>
  /**
   * Whether honest work earns something, and no strategy brings an organisation more. One that never lied nor guessed is honest work: of
   * colluders that are too few to lie, chance alone says who earns more.
   */
  readonly honestEarnsMost: boolean
  /** Of tasks that are not gold, those that ended with the right answer. */
  readonly right: number
  /** Those that ended with a lie. */
  readonly liedTo: number
}
