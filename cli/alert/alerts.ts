import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { type Alert, AlertEntry } from '../../protocol/alert.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { parseJson } from '../../stack/parse-json.ts'
import { readStream } from '../../stack/read-stream.ts'
import { readSubject } from '../../stack/read-subject.ts'
import { withBus } from '../with-bus.ts'

/** `entente alert list`: one JSON line an alert, the oldest first; those that are over only where asked. */
export function listAlerts({ all = false }: { all?: boolean }): Promise<void> {
  return withBus(async nc => {
    for (const alert of (await readAlerts(nc)).filter(({ clearedAtMs }) => all || clearedAtMs === null)) print(alert)
  })
}

/** `entente alert watch`: what is raised and cleared from now on, until it is ended. */
export function watchAlerts(): Promise<void> {
  return withBus(async nc => {
    const ended = new AbortController()
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort())
    const { state } = await (await jetstreamManager(nc)).streams.info(streams.alerts)
    let after = state.last_seq
    while (!ended.signal.aborted) {
      for await (const batch of readStream(nc, { stream: streams.alerts, after, signal: ended.signal })) {
        for (const message of batch) {
          after = message.seq
          const entry = parseJson(AlertEntry, message.data)
          if (entry) print(entry)
        }
      }
    }
  })
}

async function readAlerts(nc: NatsConnection): Promise<(Alert & { clearedAtMs: number | null })[]> {
  const jsm = await jetstreamManager(nc, { checkAPI: false })
  const alerts = new Map<string, Alert & { clearedAtMs: number | null }>()
  for await (const { data } of readSubject(jsm, streams.alerts, subjects.alert('*', '*'))) {
    const entry = parseJson(AlertEntry, data)
    if (entry?.kind === 'raised') alerts.set(entry.alert.alertId, { ...entry.alert, clearedAtMs: null })
    const alert = entry?.kind === 'cleared' && alerts.get(entry.alertId)
    if (alert) alert.clearedAtMs = entry.atMs
  }
  return [...alerts.values()]
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}
