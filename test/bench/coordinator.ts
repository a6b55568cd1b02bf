import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { NatsConnection } from '@nats-io/nats-core'
import { TaskEntry } from '../../protocol/events.ts'
import type { Hex } from '../../protocol/hash.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { depositFor, orderTask, submit } from '../../scenarios/consortium/order-task.ts'
import { type Consortium, startConsortium } from '../../scenarios/consortium/start-consortium.ts'
import { readConfig } from '../../stack/config.ts'
import { parseJson } from '../../stack/parse-json.ts'
import { readStream } from '../../stack/read-stream.ts'
import { quantile, type Row } from './print-table.ts'

const module = fileURLToPath(new URL('programs/passer.ts', import.meta.url))
const steps = 20
const price = 1_000n

/** When a subtask was assigned and completed, by the clock of the server that stored it. */
interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/** Chains of no-op subtasks, so many tasks at a time: signed, durable, and settled on chain like any other. */
export async function benchCoordinator(): Promise<Row[]> {
  const config = readConfig({ LOG_LEVEL: 'error', BLOCK_TIME_S: '0.25' })
  const dir = mkdtempSync(join(tmpdir(), 'entente-bench-'))
  const cast = ['first', 'second'].map(domainId => ({
    domainId,
    name: domainId,
    agents: [{ module, stake: 100_000_000n }],
  }))
  const onDeath = (death: Error) => {
    throw death
  }
  const consortium = await startConsortium({ config, cast, dir, onStep: () => {}, onDeath })
  try {
    await depositFor(consortium, 'first', 1_000_000_000n)
    const rows: Row[] = []
    for (const inFlight of [1, 64, 1_000]) rows.push(await measure(consortium, inFlight))
    return rows
  } finally {
    await consortium.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

async function measure(consortium: Consortium, inFlight: number): Promise<Row> {
  const ids = new Set<Hex>()
  const watching = spansOf(consortium.nc, ids, inFlight * steps)
  await Promise.all(Array.from({ length: inFlight }, async () => ids.add(await start(consortium))))
  const spans = await watching
  const ends = spans.map(({ toMs }) => toMs).sort((a, b) => a - b)
  const [from, to] = [quantile(ends, 0.1), quantile(ends, 0.9)]
  const latencies = spans.map(({ fromMs, toMs }) => toMs - fromMs)
  return {
    'tasks in flight': inFlight,
    subtasks: spans.length,
    'subtasks/s': Math.round((spans.length * 0.8 * 1_000) / (to - from)),
    'p50 ms': quantile(latencies, 0.5),
    'p99 ms': quantile(latencies, 0.99),
  }
}

async function start(consortium: Consortium): Promise<Hex> {
  const subtasks = Array.from({ length: steps }, (_, index) => ({
    id: `s-${index}`,
    skill: 'pass-on@1',
    after: index === 0 ? [] : [`s-${index - 1}`],
    input: index === 0 ? '{ n: `0` }' : `{ n: outputs."s-${index - 1}".n }`,
    deadlineMs: 120_000,
  }))
  const template = { name: 'chain', version: '1.0.0', title: 'A chain', subtasks, output: `outputs."s-${steps - 1}"` }
  const budget = price * BigInt(steps) * 2n
  const wish = { domainId: 'first', goal: 'a chain', template, input: {}, budget, durationS: 3_000 }
  return submit(consortium, await orderTask(consortium, wish))
}

/** Reads the logs of these tasks until so many subtasks are completed. */
async function spansOf(nc: NatsConnection, ids: ReadonlySet<Hex>, count: number): Promise<Span[]> {
  const assigned = new Map<string, number>()
  const spans: Span[] = []
  const { signal } = new AbortController()
  const place = { stream: streams.tasks, subject: subjects.task('*'), after: 0, signal }
  for await (const batch of readStream(nc, place)) {
    for (const message of batch) {
      const entry = parseJson(TaskEntry, message.data)
      const atMs = message.info.timestampNanos / 1e6
      for (const event of entry?.events ?? []) {
        if (!entry || !ids.has(entry.taskId) || !('subtaskId' in event)) continue
        const key = `${entry.taskId}/${event.subtaskId}`
        if (event.type === 'SubtaskAssigned') assigned.set(key, atMs)
        if (event.type === 'SubtaskCompleted') spans.push({ fromMs: assigned.get(key)!, toMs: atMs })
      }
    }
    if (spans.length >= count) return spans
  }
  throw new Error('the log could not be read to the end')
}
