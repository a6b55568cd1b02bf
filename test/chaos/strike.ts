import { setTimeout as sleep } from 'node:timers/promises'
import { type Kill, progressOf, shareOf } from './plan-kills.ts'
import type { Charge, Supervisor } from './supervise.ts'

const LOOK_MS = 20

interface StrikeOptions {
  readonly kills: readonly Kill[]
  readonly charges: readonly Charge[]
  readonly supervisor: Supervisor
  /** How much of the run is done, from 0 to 1. */
  readonly share: () => number
  /** Has them stand still for so long, and kills none; 0 kills them. */
  readonly stallMs: number
  readonly onStep: (text: string) => void
  readonly signal: AbortSignal
}

export interface Strikes {
  next(): Kill | undefined
  /** What was carried out, by role. */
  readonly done: ReadonlyMap<string, number>
  /** Who was struck, by name. */
  readonly struck: ReadonlySet<string>
  /** Resolves after the last. */
  readonly ended: Promise<void>
}

/** Carries the plan out, one strike after the other, each when the run has come as far as the plan says. */
export function strike({ kills, charges, supervisor, share, stallMs, onStep, signal }: StrikeOptions): Strikes {
  const done = new Map<string, number>()
  const names = new Set<string>()
  let struck = 0

  async function run(): Promise<void> {
    for (const [index, { progress, waitMs, role, which }] of kills.entries()) {
      while (progressOf(share()) < progress) await sleep(LOOK_MS, undefined, { signal })
      await sleep(waitMs, undefined, { signal })
      const charge = victimOf(charges, role, which)
      await (stallMs > 0 ? supervisor.stall(charge, stallMs) : supervisor.kill(charge))
      struck += 1
      names.add(charge.name)
      done.set(role, (done.get(role) ?? 0) + 1)
      const what = stallMs > 0 ? 'stands still' : 'kill'
      onStep(
        `${what}, ${index + 1} of ${kills.length}: ${charge.name} (${charge.pid}) at ${shareOf(progressOf(share()))}`,
      )
    }
  }
  return { next: () => kills[struck], done, struck: names, ended: run() }
}

export function victimOf(charges: readonly Charge[], role: string, which: number): Charge {
  const ofRole = charges.filter(charge => charge.role === role).sort((a, b) => (a.name < b.name ? -1 : 1))
  return ofRole[which % ofRole.length]!
}
