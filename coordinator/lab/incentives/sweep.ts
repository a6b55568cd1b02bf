import type { Outcome, Scene } from './scene.ts'
import { simulate } from './simulate.ts'

/** What can be varied of a scene, by name. */
export interface Varied {
  readonly gold: number
  readonly stake: number
  readonly wrongPenalty: number
  readonly colluders: number
  readonly colludeRate: number
  readonly errorRate: number
}

export interface Curve {
  readonly by: keyof Varied
  readonly points: readonly (Outcome & { readonly at: number })[]
}

/** Organisations that are honest, or collude. */
const honestOrColluding = 17

const values: { readonly [Name in keyof Varied]: readonly number[] } = {
  gold: [0, 0.02, 0.05, 0.1, 0.2, 0.3],
  stake: [2.5, 5, 10, 30, 60, 100],
  colluders: [2, 3, 4, 5, 6, 8],
  colludeRate: [0.05, 0.1, 0.2, 0.4, 0.7, 1],
  wrongPenalty: [0.01, 0.05, 0.1, 0.3333, 0.6666, 1],
  errorRate: [0, 0.01, 0.02, 0.05, 0.1, 0.2],
}

/** The scene with some things otherwise. */
export function varied(scene: Scene, changed: Partial<Varied>): Scene {
  const {
    gold,
    stake = scene.stake,
    wrongPenalty,
    colluders = scene.counts.colluding,
    colludeRate,
    errorRate,
  } = changed
  const bps = (share: number) => Math.round(share * 10_000)
  return {
    ...scene,
    stake,
    parameters: {
      ...scene.parameters,
      ...(gold === undefined ? {} : { 'gold-bps': bps(gold) }),
      ...(wrongPenalty === undefined ? {} : { 'wrong-penalty-bps': bps(wrongPenalty) }),
    },
    counts: { ...scene.counts, colluding: colluders, honest: honestOrColluding - colluders },
    behaviour: {
      ...scene.behaviour,
      ...(errorRate === undefined ? {} : { errorRate }),
      ...(colludeRate === undefined ? {} : { colludeRate }),
    },
  }
}

/** One thing varied at a time, the others as they are. */
export function sweep(scene: Scene): Curve[] {
  return (Object.keys(values) as (keyof Varied)[]).map(by => ({
    by,
    points: values[by].map(at => ({ at, ...simulate(varied(scene, { [by]: at })) })),
  }))
}
