import type { Ground } from '../../harness/gateway-ground.ts'
import { quantile } from '../print-table.ts'
import { cpuMsOf } from '../profile/cpu-ticks.ts'

/** What one way of sending came to. */
export interface Sending {
  readonly name: string
  readonly sent: number
  readonly perSecond: number
  /** From the call, or the intent, to knowing that it is in a block. */
  readonly p50Ms: number
  readonly p99Ms: number
  /** Processor time of the processes that send, for each transaction: what sending costs the sender. */
  readonly senderMicros: number
  /** That, and the node's. */
  readonly allMicros: number
}

/** One transaction's way: when it was asked for, and when it was known to be in a block. */
export interface Way {
  readonly fromMs: number
  readonly toMs: number
}

/**
 * Runs one way of sending, and reads from the system what each process had for it.
 *
 * @param senders the processes that send
 */
export async function measureSending(
  ground: Ground,
  senders: readonly number[],
  name: string,
  send: () => Promise<readonly Way[]>,
): Promise<Sending> {
  const cpu = () => ({ sender: senders.reduce((sum, pid) => sum + cpuMsOf(pid), 0), node: cpuMsOf(ground.chain.pid) })
  const before = cpu()
  const ways = await send()
  const after = cpu()
  const latencies = ways.map(({ fromMs, toMs }) => toMs - fromMs)
  const tookMs = Math.max(...ways.map(({ toMs }) => toMs)) - Math.min(...ways.map(({ fromMs }) => fromMs))
  const micros = (ms: number) => Math.round((ms * 1_000) / ways.length)
  return {
    name,
    sent: ways.length,
    perSecond: Math.round((ways.length * 1_000) / tookMs),
    p50Ms: Math.round(quantile(latencies, 0.5)),
    p99Ms: Math.round(quantile(latencies, 0.99)),
    senderMicros: micros(after.sender - before.sender),
    allMicros: micros(after.sender + after.node - before.sender - before.node),
  }
}

/** Runs work on each index, so many at a time. */
export async function inParallel(
  count: number,
  inFlight: number,
  work: (index: number) => Promise<void>,
): Promise<void> {
  let next = 0
  const lane = async () => {
    while (next < count) {
      const index = next
      next += 1
      await work(index)
    }
  }
  await Promise.all(Array.from({ length: Math.min(inFlight, count) }, lane))
}
