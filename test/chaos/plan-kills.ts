import { seeded } from '../harness/seeded.ts'

/** What a run strikes; `anvil` is the chain's node. */
export const victimRoles = ['coordinator', 'agent', 'gateway', 'nats', 'redis', 'anvil'] as const
/** Who has no part in any task, and is struck where the run is told to. */
const onlookerRoles = ['operator', 'lookout'] as const
export const strikableRoles = [...victimRoles, ...onlookerRoles] as const
export type VictimRole = (typeof strikableRoles)[number]

/** One `kill -9`: when the run has come so far, and so long after, which process of its role. */
export interface Kill {
  /** Of all that the run has to do, in parts of ten thousand. */
  readonly progress: number
  readonly waitMs: number
  readonly role: VictimRole
  /** Of several of one role; taken modulo their number. */
  readonly which: number
}

/** How often each is drawn beside the others. */
const weights: Record<VictimRole, number> = {
  ...{ coordinator: 5, agent: 8, gateway: 3, nats: 2, redis: 1, anvil: 2 },
  ...{ operator: 2, lookout: 2 },
}
const wholeRun = 10_000
/** The last kill comes while there is still something to do. */
const lastKill = 9_500
const longestWaitMs = 400

/**
 * The kills of a run, in their order: a function of the seed. Each role is among them as soon as there are as many kills
 * as roles.
 */
export function planKills(seed: number, kills: number, roles: readonly VictimRole[]): Kill[] {
  const random = seeded(`chaos/${seed}`)
  const urn = roles.flatMap(role => Array.from({ length: weights[role] }, () => role))
  const victims = Array.from({ length: kills }, (_, index) => roles[index] ?? random.pick(urn))
  const moments = victims.map(() => random.below(lastKill)).sort((a, b) => a - b)
  return moments.map(progress => {
    const [role] = victims.splice(random.below(victims.length), 1) as [VictimRole]
    return { progress, waitMs: random.below(longestWaitMs), role, which: random.below(1_000) }
  })
}

export const shareOf = (progress: number): string => `${((100 * progress) / wholeRun).toFixed(1)} %`

/** A share of the whole in the unit of `Kill.progress`. */
export const progressOf = (share: number): number => Math.floor(share * wholeRun)
