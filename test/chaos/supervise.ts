import { setTimeout as sleep } from 'node:timers/promises'
import { isRunning } from '../harness/is-running.ts'

const LOOK_MS = 50
const AGAIN_MS = 200
/** Characters of a log line. */
const SHOWN = 160

/** A process that can be started again. */
export interface Charge {
  readonly role: string
  readonly name: string
  readonly pid: number
  restart(): Promise<void>
}

export interface Supervisor {
  /** Ends one with SIGKILL, once it runs. */
  kill(charge: Charge): Promise<void>
  /** Has one stand still for so long, with SIGSTOP, once it runs. */
  stall(charge: Charge, forMs: number): Promise<void>
  /** Waits until all of them run. */
  allUp(): Promise<void>
  /** Ends that nobody here brought about, by name, with what is known of each. */
  readonly ownEnds: string[]
  /** How often one was started again, failed starts not counted. */
  restarts(): number
  /** Starts nothing any more; resolves when no start is under way. */
  stop(): Promise<void>
}

/**
 * Starts every process again as soon as it has ended, in its place, for as long as it takes.
 *
 * @param awayMs that one which was killed stays away
 */
export function supervise(charges: readonly Charge[], onStep: (text: string) => void, awayMs = 0): Supervisor {
  const raising = new Map<Charge, Promise<void>>()
  const killed = new Set<number>()
  const stalled = new Map<number, NodeJS.Timeout>()
  const ownEnds: string[] = []
  let restarts = 0
  let stopped = false

  async function raise(charge: Charge): Promise<void> {
    if (!killed.has(charge.pid)) {
      ownEnds.push(charge.name)
      onStep(`${charge.name} has ended by itself`)
    } else await sleep(awayMs)
    for (;;) {
      try {
        if (stopped) return
        await charge.restart()
        restarts += 1
        return
      } catch (error) {
        // It needs others that are away too; they are being started as well.
        onStep(`${charge.name} does not start yet: ${lastLine(error)}`)
        await sleep(AGAIN_MS)
      }
    }
  }

  function look(): void {
    for (const charge of charges) {
      if (raising.has(charge) || isRunning(charge.pid)) continue
      raising.set(
        charge,
        raise(charge).finally(() => raising.delete(charge)),
      )
    }
  }
  const timer = setInterval(look, LOOK_MS)

  // One that was killed may be seen to run for a moment yet.
  const isUp = (charge: Charge) =>
    !raising.has(charge) && !killed.has(charge.pid) && !stalled.has(charge.pid) && isRunning(charge.pid)

  function goOn(pid: number): void {
    clearTimeout(stalled.get(pid))
    stalled.delete(pid)
    // It may have ended meanwhile.
    if (isRunning(pid)) process.kill(pid, 'SIGCONT')
  }

  return {
    ownEnds,
    restarts: () => restarts,
    async kill(charge) {
      while (!isUp(charge)) await sleep(LOOK_MS)
      killed.add(charge.pid)
      process.kill(charge.pid, 'SIGKILL')
    },
    async stall(charge, forMs) {
      while (!isUp(charge)) await sleep(LOOK_MS)
      const { pid } = charge
      stalled.set(
        pid,
        setTimeout(() => goOn(pid), forMs),
      )
      process.kill(pid, 'SIGSTOP')
    },
    async allUp() {
      while (!charges.every(isUp)) await sleep(LOOK_MS)
    },
    async stop() {
      stopped = true
      clearInterval(timer)
      for (const pid of stalled.keys()) goOn(pid)
      await Promise.all(raising.values())
    },
  }
}

/** Of the log that its message ends with. */
function lastLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().split('\n').at(-1)!.trim().slice(0, SHOWN)
}
