import { EntenteError } from './errors.ts'
import type { Hex } from './hash.ts'
import { slugToBytes32 } from './ids.ts'
import type { Terms } from './task.ts'

/**
 * What the consortium sets, by the key under which ConfigRegistry carries it: ASCII of at most 32 bytes, the unit last, and a
 * value of one word. Shares are in basis points.
 *
 * - Penalties are shares of the stake as it stood when the work was given out.
 * - `lie-gain-bps`: what a lie that passes is worth to who tells it, as a share of the reward of honest work. A gain of 1
 *   for a reward of 1.2, unless the consortium knows better.
 * - `gold-bps`: of subtasks, those whose right answer somebody knows beforehand and no agent can tell apart.
 * - `in-league-bps`: of agents, those that may be in league with a liar; below a third.
 * - `reputation-…`: see `coordinator/flow/reputation.ts`.
 */
export const parameters = {
  'fee-bps': { usual: 200, most: 1_000 },
  'no-show-penalty-bps': { usual: 100, most: 10_000 },
  'late-penalty-bps': { usual: 50, most: 10_000 },
  'wrong-penalty-bps': { usual: 3_333, most: 10_000 },
  'unrevealed-penalty-bps': { usual: 1_000, most: 10_000 },
  'equivocation-penalty-bps': { usual: 3_333, most: 10_000 },
  'collusion-penalty-bps': { usual: 10_000, most: 10_000 },
  'lie-gain-bps': { usual: 8_333, most: 1_000_000 },
  'gold-bps': { usual: 0, most: 10_000 },
  'in-league-bps': { usual: 3_333, most: 10_000 },
  'reputation-decay-bps': { usual: 9_500, most: 10_000 },
  'reputation-epoch-seconds': { usual: 86_400, most: 2_592_000 },
  'reputation-floor-bps': { usual: 5_000, most: 10_000 },
  'reputation-gold-weight-count': { usual: 10, most: 1_000 },
  'reputation-source-cap-count': { usual: 10, most: 1_000_000 },
} as const satisfies Record<string, { readonly usual: number; readonly most: number }>

export type ParameterKey = keyof typeof parameters
export type Parameters = Readonly<Record<ParameterKey, number>>

const keys = Object.keys(parameters) as ParameterKey[]

export const usualParameters = Object.fromEntries(keys.map(key => [key, parameters[key].usual])) as Parameters

/**
 * Reads `wrong-penalty-bps=5000,gold-bps=100`; what is not named is as usual.
 * @throws EntenteError CONFIG_INVALID
 */
export function parseParameters(text: string): Parameters {
  const read: Record<ParameterKey, number> = { ...usualParameters }
  for (const part of text.split(',').flatMap(part => (part.trim() === '' ? [] : [part.trim()]))) {
    const [key = '', value = ''] = part.split('=')
    if (!isKey(key)) throw wrong(`there is no parameter ${JSON.stringify(key)}; there are ${keys.join(', ')}`)
    const { most } = parameters[key]
    if (!/^\d{1,7}$/.test(value) || Number(value) > most) {
      throw wrong(`${key} takes a whole number from 0 to ${most}, not ${JSON.stringify(value)}`)
    }
    read[key] = Number(value)
  }
  return read
}

/** What of them a task is judged by: it is part of the task's log, so that whoever recomputes has the same numbers. */
export function termsOf(of: Parameters): Terms {
  return {
    feeBps: of['fee-bps'],
    penaltyBps: {
      noShow: of['no-show-penalty-bps'],
      late: of['late-penalty-bps'],
      wrong: of['wrong-penalty-bps'],
      unrevealed: of['unrevealed-penalty-bps'],
      equivocation: of['equivocation-penalty-bps'],
      collusion: of['collusion-penalty-bps'],
    },
    rated: true,
    deterrence: { gainBps: of['lie-gain-bps'], goldBps: of['gold-bps'], inLeagueBps: of['in-league-bps'] },
  }
}

/** The arguments of `ConfigRegistry.set`, key by key. */
export function registryEntries(of: Parameters): { key: Hex; value: bigint }[] {
  return keys.map(key => ({ key: slugToBytes32(key), value: BigInt(of[key]) }))
}

function isKey(text: string): text is ParameterKey {
  return Object.hasOwn(parameters, text)
}

function wrong(why: string): EntenteError {
  return new EntenteError('CONFIG_INVALID', `ENTENTE_PARAMETERS: ${why}`)
}
