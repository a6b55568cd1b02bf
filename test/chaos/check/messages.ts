import { setTimeout as sleep } from 'node:timers/promises'
import type { NatsConnection } from '@nats-io/nats-core'
import { ChainEntry, type ChainRecord, recordsOf } from '../../../protocol/chain-message.ts'
import { streams, subjects } from '../../../protocol/subjects.ts'
import { followStream } from '../../../stack/follow-stream.ts'
import type { Log } from '../../../stack/log.ts'
import { parseJson } from '../../../stack/parse-json.ts'
import type { Check } from './finding.ts'

/** An outcome is told again after half a minute. */
const patienceMs = 60_000
const lookMs = 250

/** Of every message to the chain that has its outcome somebody has said that it was acted on. */
export async function checkMessages(nc: NatsConnection, log: Log): Promise<Check> {
  const last = new Map<string, ChainRecord>()
  const reader = followStream(nc, {
    stream: streams.chainTx,
    subject: subjects.chainTx('*'),
    log,
    take({ data }) {
      const entry = parseJson(ChainEntry, data)
      if (entry) last.set(entry.messageId, recordsOf(entry).at(-1)!)
    },
  })
  await reader.caughtUp
  const unheard = () => [...last.values()].filter(({ state }) => state === 'NOTIFIED')
  for (const endMs = performance.now() + patienceMs; unheard().length > 0 && performance.now() < endMs; ) {
    await sleep(lookMs)
  }
  await reader.stop()
  return {
    what: 'messages to the chain whose outcome was acted on, and that was said',
    count: last.size,
    findings: unheard().map(({ messageId }) => `of message ${messageId} nobody has said so`),
  }
}
