import { setTimeout as sleep } from 'node:timers/promises'
import type { Child } from '../../stack/process.ts'
import { killOutright } from '../gateway/gateway-process.ts'
import type { Ground } from '../harness/gateway-ground.ts'

export interface Gateways {
  readonly count: number
  readonly pids: readonly number[]
  /** Kills one outright, and starts another in its place. */
  kill(index: number): Promise<void>
  /** One gets no processor for a while. */
  standStill(index: number, ms: number): Promise<void>
}

/** Some gateways with the same keys, all behind one proxy. */
export async function startGateways(ground: Ground, chainUrl: string, count: number): Promise<Gateways> {
  const start = (index: number) => ground.startGateway({ name: `gateway-${index}`, chainUrl, finalityBlocks: 4 })
  const running: Child<unknown>[] = []
  for (let index = 0; index < count; index += 1) running.push(await start(index))
  return {
    count,
    get pids() {
      return running.map(({ pid }) => pid)
    },
    async kill(index) {
      await killOutright(running[index]!)
      running[index] = await start(index)
    },
    async standStill(index, ms) {
      const { pid } = running[index]!
      process.kill(pid, 'SIGSTOP')
      await sleep(ms)
      process.kill(pid, 'SIGCONT')
    },
  }
}
