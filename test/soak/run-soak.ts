import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { countAll } from '../../gateway/count.ts'
import { connectRpc } from '../../gateway/rpc.ts'
import { startFaultProxy } from '../gateway/fault-proxy.ts'
import { addressOf, withGround } from '../harness/gateway-ground.ts'
import { seeded } from '../harness/seeded.ts'
import { startBusiness } from './business.ts'
import { type Check, checkAll } from './check.ts'
import { letFail } from './faults.ts'
import { type Gateways, startGateways } from './gateways.ts'
import type { SoakOptions } from './options.ts'

const gatewayCount = 2
const sampleMs = 2_000
/** Held by a gateway that has forgotten nothing of what it should forget, this would be passed. */
const memoryLimitMb = 600
const settleMs = 60_000

export interface SoakOutcome {
  readonly holds: boolean
  readonly checks: readonly Check[]
  readonly seconds: number
  readonly perSecond: number
  readonly faults: Readonly<Record<string, number>>
  /** Outcomes that were lost the first time, and said again. */
  readonly saidAgain: number
  /** The most that one gateway held, in the first and the last third of the run. */
  readonly memoryMb: { readonly first: number; readonly last: number }
}

/** Runs it all, and says what holds. Everything that was started is gone when it is done. */
export function runSoak(
  { seed, messages, inFlight, everyMs, signers, ...manner }: Omit<SoakOptions, 'minutes' | 'json'>,
  { onStep, signal }: { onStep: (text: string) => void; signal: AbortSignal },
): Promise<SoakOutcome> {
  return withGround(
    async ground => {
      const rpc = connectRpc(ground.chain.url, { timeoutMs: 10_000 })
      const proxy = await startFaultProxy(ground.chain.url)
      try {
        const gateways = await startGateways(ground, proxy.url, gatewayCount)
        const nonceBefore = await countAll(rpc, ground.senders.map(addressOf))
        const startedMs = performance.now()
        const ending = new AbortController()
        const business = startBusiness(ground, seeded(`${seed}/business`), manner, signal)
        const failing = letFail(
          { ground, proxy, gateways, rpc, random: seeded(`${seed}/faults`) },
          everyMs,
          ending.signal,
        )
        const watching = watchMemory(gateways, ending.signal, () => onStep(`${business.done} of ${messages} messages`))
        await Promise.race([business.run(messages, inFlight), failing])
        const seconds = (performance.now() - startedMs) / 1_000
        ending.abort()
        const [counts, memory] = await Promise.all([failing, watching])
        onStep('checking')
        const checks = [
          ...(await untilQuiet(() => checkAll(ground, rpc, messages, nonceBefore))),
          { what: 'no message ended otherwise', count: messages, findings: business.failed },
          checkMemory(memory),
        ]
        return {
          holds: checks.every(({ findings }) => findings.length === 0) && business.done === messages,
          checks,
          seconds: Math.round(seconds),
          perSecond: Math.round(business.done / seconds),
          faults: counts,
          saidAgain: business.saidAgain,
          memoryMb: thirds(memory),
        }
      } finally {
        await proxy.stop()
      }
    },
    { byHand: true, lasting: false, signers },
  )
}

/** The last completions and events may still be on their way. */
async function untilQuiet(check: () => Promise<Check[]>): Promise<Check[]> {
  const giveUpMs = performance.now() + settleMs
  for (;;) {
    const checks = await check()
    if (checks.every(({ findings }) => findings.length === 0) || performance.now() > giveUpMs) return checks
    await sleep(1_000)
  }
}

/** Resident megabytes of the gateway that has most, sample by sample. */
async function watchMemory(gateways: Gateways, signal: AbortSignal, onSample: () => void): Promise<number[]> {
  const samples: number[] = []
  while (!signal.aborted) {
    samples.push(Math.max(...gateways.pids.map(residentMb)))
    onSample()
    await sleep(sampleMs, undefined, { signal }).catch(() => {})
  }
  return samples
}

function residentMb(pid: number): number {
  try {
    return (Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4_096) / 1e6
  } catch {
    // It was killed a moment ago.
    return 0
  }
}

function thirds(samples: readonly number[]): SoakOutcome['memoryMb'] {
  const third = Math.max(1, Math.floor(samples.length / 3))
  return {
    first: Math.round(Math.max(...samples.slice(0, third))),
    last: Math.round(Math.max(...samples.slice(-third))),
  }
}

function checkMemory(samples: readonly number[]): Check {
  const most = Math.round(Math.max(...samples))
  const findings = most > memoryLimitMb ? [`a gateway held ${most} MB`] : []
  return { what: `no gateway held more than ${memoryLimitMb} MB`, count: samples.length, findings }
}
