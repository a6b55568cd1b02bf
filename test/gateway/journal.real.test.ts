import { jetstreamManager } from '@nats-io/jetstream'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type Journal, openJournal } from '../../gateway/journal.ts'
import { createLedger } from '../../gateway/ledger.ts'
import { type ChainIntent, messageIdOf } from '../../protocol/chain-message.ts'
import { readRecords } from '../../stack/chain-records.ts'
import { openJetstream } from '../../stack/publish.ts'
import { ensureStreams } from '../../stack/streams.ts'
import { silent } from '../coordinator/log/with-log.ts'
import { withStack } from '../harness/with-stack.ts'
import { busBehindCut } from './bus-behind-cut.ts'

const servers = withStack()
const traceId = '1'.repeat(32)

function intentOf(businessId: string): ChainIntent {
  return {
    ...{ tenant: 'coordinator', operation: 'anchor', businessId, from: 'relayer', prove: false },
    ...{ contract: 'Anchors', call: 'anchor', args: [`0x${'ab'.repeat(32)}`, '1'], value: '0' },
  }
}

/** A journal whose readings of the log the bus leaves unanswered until it is mended, and one beside it. */
async function openBoth() {
  const nc = await servers.connect('journal')
  await ensureStreams(nc, { replicas: 1 })
  const { proxy, nc: behind } = await busBehindCut(servers, 'behind')
  const jsm = await jetstreamManager(nc)
  const rest = { ledger: createLedger(), onStored: () => {}, log: silent }
  const open = (reading: typeof jsm): Journal =>
    openJournal({ js: openJetstream(nc), jsm: reading, ...rest, signal: AbortSignal.timeout(60_000) })
  const journal = open(await jetstreamManager(behind, { timeout: 200 }))
  proxy.hang()
  const sent = behind.stats().outMsgs
  return {
    ...{ jsm, journal, other: open(jsm) },
    /** Once the log was asked again after it had not answered. */
    async mendWhenAsked() {
      await expect.poll(() => behind.stats().outMsgs, { timeout: 10_000 }).toBeGreaterThanOrEqual(sent + 2)
      proxy.mend()
    },
  }
}

test('an entry whose answer was lost is found when the log answers again, and is there once', async () => {
  const { jsm, journal, other, mendWhenAsked } = await openBoth()
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
  onTestFinished(() => void vi.useRealTimers())
  const intent = intentOf('answer lost')
  // The very same entry: what was stored by a publish that has no answer.
  const before = await other.begin(intent, [{ state: 'ADMITTED' }], traceId)
  const [again] = await Promise.all([journal.begin(intent, [{ state: 'ADMITTED' }], traceId), mendWhenAsked()])
  expect(again).toEqual(before)
  const seqs = (await readRecords(jsm, messageIdOf(intent))).map(({ seq }) => seq)
  expect(new Set(seqs)).toEqual(new Set([before!.lastSeq]))
})

test("another's entry is another's, also when the log does not answer at first", async () => {
  const { journal, other, mendWhenAsked } = await openBoth()
  const intent = intentOf('of another')
  await other.begin(intent, [{ state: 'ADMITTED', cause: 'of another' }], traceId)
  const [begun] = await Promise.all([journal.begin(intent, [{ state: 'ADMITTED' }], traceId), mendWhenAsked()])
  expect(begun).toBeNull()
})
