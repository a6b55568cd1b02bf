import { setTimeout as sleep } from 'node:timers/promises'
import type { SubmitTask } from '../../protocol/commands.ts'
import { EntenteError, type ErrorCode } from '../../protocol/errors.ts'
import type { Hex } from '../../protocol/hash.ts'
import { orderTask, submit } from '../../scenarios/consortium/order-task.ts'
import type { Consortium } from '../../scenarios/consortium/start-consortium.ts'
import { seeded } from '../harness/seeded.ts'
import { type Kill, progressOf } from './plan-kills.ts'
import { type Mood, type Patience, templateOf } from './template.ts'
import type { Watch } from './watch-tasks.ts'

const LOOK_MS = 50
const RETRY_MS = 200
const budget = 30_000_000n
/** Longer than a run may take: what ends a task here is never its deadline. */
const durationS = 3_600
/** No other try can mend these; everything else a run of chaos brings about passes. */
const refusals: ReadonlySet<ErrorCode> = new Set(['COMMAND_INVALID', 'UNAUTHORIZED', 'SIGNATURE_INVALID'])

export const deposit = (tasks: number): bigint => budget * BigInt(tasks)
export const requester = 'office'

/** Of twenty tasks two need another attempt, and one cannot be done. */
export function moodsOf(seed: number, tasks: number): Mood[] {
  const random = seeded(`moods/${seed}`)
  return Array.from({ length: tasks }, () => {
    const draw = random.below(20)
    return draw === 0 ? 'fail' : draw < 3 ? 'retry' : 'well'
  })
}

export interface Drive {
  /** Every task that was handed in, and how it is meant to go. */
  readonly moods: ReadonlyMap<Hex, Mood>
  /** How much of the run is done, from 0 to 1. */
  share(): number
  /** Resolves when every task is proven; rejects when the signal aborts. */
  readonly done: Promise<void>
}

interface DriveOptions {
  readonly consortium: Consortium
  readonly watch: Watch
  readonly seed: number
  readonly moods: readonly Mood[]
  readonly inFlight: number
  readonly patience: Patience
  /** The next kill that is still to come. */
  readonly nextKill: () => Kill | undefined
  readonly signal: AbortSignal
}

/** Hands tasks in, so many under way at once, and never so many that a kill would come too late to meet any. */
export function drive(options: DriveOptions): Drive {
  const { consortium, watch, seed, moods, inFlight, patience, nextKill, signal } = options
  const template = templateOf(patience)
  const random = seeded(`amounts/${seed}`)
  const handedIn = new Map<Hex, Mood>()
  const share = () => [...handedIn.keys()].reduce((sum, taskId) => sum + watch.shareOf(taskId), 0) / moods.length
  const underWay = () => [...handedIn.keys()].filter(taskId => watch.shareOf(taskId) < 1).length
  const tooFar = (index: number) => {
    const kill = nextKill()
    return kill !== undefined && progressOf((index - inFlight) / moods.length) > kill.progress
  }

  async function run(): Promise<void> {
    for (const [index, mood] of moods.entries()) {
      while (underWay() >= inFlight || tooFar(index)) await sleep(LOOK_MS, undefined, { signal })
      const input = { amount: random.below(10_000), mood }
      const wish = { domainId: requester, goal: `chaos ${index}`, template, input, budget, durationS }
      const order = await insist(() => orderTask(consortium, wish), signal)
      handedIn.set(await insist(() => submit(consortium, order), signal), mood)
    }
    while (underWay() > 0) await sleep(LOOK_MS, undefined, { signal })
  }
  return { moods: handedIn, share, done: run() }
}

/** Tries until it is done: whoever was asked may just have been killed. */
async function insist<T extends Hex | SubmitTask>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (error instanceof EntenteError && refusals.has(error.code)) throw error
      await sleep(RETRY_MS, undefined, { signal })
    }
  }
}
