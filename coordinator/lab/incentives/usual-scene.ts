import { usualParameters } from '../../../protocol/consortium.ts'
import type { Scene } from './scene.ts'

/** The usual parameters with a tenth of gold, and a population in which two thirds of the organisations are honest. */
export const usualScene: Scene = {
  tasks: 10_000,
  seed: '1',
  parameters: { ...usualParameters, 'gold-bps': 1_000 },
  counts: { honest: 14, lazy: 2, lying: 2, colluding: 3, sybil: 1 },
  sybilAgents: 5,
  behaviour: { errorRate: 0.02, sharedErrors: 0.5, effort: 0.3, guessRate: 0.5, lieRate: 0.3, colludeRate: 1 },
  replicas: 3,
  quorum: 2,
  reward: 1.2,
  stake: 30,
  jailAfter: 3,
  jailEpochs: 14,
  epoch: 20,
}
