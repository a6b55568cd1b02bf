import { setTimeout as sleep } from 'node:timers/promises'
import type { KV } from '@nats-io/kv'
import { z } from 'zod'
import type { Log } from '../stack/log.ts'
import { parseJson } from '../stack/parse-json.ts'
import type { Ledger } from './ledger.ts'

const KEY = 'chain-messages'
const EVERY_MS = 5_000
/** What was done with so long ago is not looked at again: a chain that lost what was final has lost it before. */
const BEHIND_MS = 60_000

/** Every message that began at `seq` or before was done with at this time, and so it still is. */
const Mark = z.object({ seq: z.int(), atMs: z.int() })
const Marks = z.array(Mark)
type Mark = z.infer<typeof Mark>

/** Sequence up to which every message is done with, and was a minute ago; 0 when nothing is known. */
export async function readLowWater(cursors: KV): Promise<number> {
  return (await readMarks(cursors)).findLast(isBehind)?.seq ?? 0
}

/** Says again and again where the next gateway may begin to read, so that it does not read all that ever was. */
export async function keepLowWater(
  cursors: KV,
  { ledger, lastSeq, log, signal }: { ledger: Ledger; lastSeq: () => number; log: Log; signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    await sleep(EVERY_MS, undefined, { signal }).catch(() => {})
    if (signal.aborted) return
    const mark: Mark = { seq: (ledger.firstSeq() ?? lastSeq() + 1) - 1, atMs: Date.now() }
    try {
      // Whoever reads the marks needs the last of those that are behind, and those that will be.
      const marks = [...(await readMarks(cursors)), mark]
      await cursors.put(KEY, JSON.stringify(marks.slice(Math.max(0, marks.findLastIndex(isBehind)))))
    } catch (error) {
      log.warn({ err: error }, 'where reading may begin is said later')
    }
  }
}

async function readMarks(cursors: KV): Promise<Mark[]> {
  const entry = await cursors.get(KEY)
  return (entry?.operation === 'PUT' ? parseJson(Marks, entry.value) : null) ?? []
}

function isBehind({ atMs }: Mark): boolean {
  return Date.now() - atMs >= BEHIND_MS
}
