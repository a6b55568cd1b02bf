import { setTimeout as sleep } from 'node:timers/promises'
import type { KV } from '@nats-io/kv'
import type { Log } from '../stack/log.ts'
import type { Ledger } from './ledger.ts'

const KEY = 'chain-messages'
const EVERY_MS = 10_000
/** What was done with so long ago is not looked at again: a chain that lost what was final has lost it before. */
const BEHIND_MS = 60_000

/** Sequence before which every message is done with; 0 when nothing is known. */
export async function readLowWater(cursors: KV): Promise<number> {
  const entry = await cursors.get(KEY)
  return entry?.operation === 'PUT' ? Number(entry.string()) : 0
}

/** Says again and again where the next gateway may begin to read, so that it does not read all that ever was. */
export async function keepLowWater(
  cursors: KV,
  { ledger, lastSeq, log, signal }: { ledger: Ledger; lastSeq: () => number; log: Log; signal: AbortSignal },
): Promise<void> {
  const marks: { mark: number; atMs: number }[] = []
  while (!signal.aborted) {
    await sleep(EVERY_MS, undefined, { signal }).catch(() => {})
    const nowMs = performance.now()
    marks.push({ mark: (ledger.firstSeq() ?? lastSeq() + 1) - 1, atMs: nowMs })
    let due: number | undefined
    while (marks[0] && nowMs - marks[0].atMs >= BEHIND_MS) due = marks.shift()!.mark
    if (due === undefined || signal.aborted) continue
    await cursors.put(KEY, `${due}`).catch(error => log.warn({ err: error }, 'where reading may begin is said later'))
  }
}
