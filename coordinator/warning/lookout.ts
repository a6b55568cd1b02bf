import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import type { Warning } from '../../protocol/alert.ts'
import type { TaskEntry } from '../../protocol/events.ts'
import type { Hex } from '../../protocol/hash.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { usualThresholds } from '../../protocol/supervision.ts'
import { followStream } from '../../stack/follow-stream.ts'
import type { Log } from '../../stack/log.ts'
import { parseJson } from '../../stack/parse-json.ts'
import { followSupervision } from '../../stack/supervision.ts'
import { readEntry } from '../log/read-entry.ts'
import { readEntries } from '../log/read-events.ts'
import { AlertLog } from './alert-log.ts'
import { type Missing, reconcile } from './reconcile.ts'
import type { Now } from './rule.ts'
import { ChainMoments, Watch } from './watch.ts'

const lookEveryMs = 500
/** Between looks nothing is to be known at once. */
const gatherMs = () => 100

/**
 * Watches the streams, and keeps the alerts as the rules have them. It holds nothing that it cannot read again: any number
 * may run, each may be killed, and an alert is raised once and cleared once whatever they do.
 */
export async function startLookout({ nc, log }: { readonly nc: NatsConnection; readonly log: Log }) {
  const watch = new Watch()
  /** Of each stream, the last that was taken; and where it ended at the look before. */
  const taken = new Map<string, number>()
  let ends = new Map<string, number>()
  const jsm = await jetstreamManager(nc, { checkAPI: false })
  const supervision = await followSupervision(nc, log)
  const followed = await AlertLog.follow(nc, log)
  const showAgain = async (taskId: Hex) => {
    const { entries, bytes } = await readTask(jsm, taskId)
    watch.showAgain(taskId, entries, bytes)
  }
  const orLeftOut = (seq: number, take: () => void) => {
    try {
      take()
    } catch (error) {
      // What the rules cannot fold was written by none of ours, and is not to stop the rest.
      log.error({ err: error, seq }, 'an entry that no rule can fold was left out')
    }
  }
  const tasks = followStream(nc, {
    ...{ stream: streams.tasks, subject: subjects.task('*'), gatherMs, log },
    async take(message) {
      const entry = readEntry(message)
      if (entry && watch.isMissing(entry)) await showAgain(entry.taskId)
      if (entry) orLeftOut(message.seq, () => watch.takeTask(entry, message.data.length))
      taken.set(streams.tasks, message.seq)
    },
  })
  const chain = followStream(nc, {
    ...{ stream: streams.chainTx, subject: subjects.chainTx('*'), gatherMs, log },
    take({ seq, data }) {
      const entry = parseJson(ChainMoments, data)
      if (entry) orLeftOut(seq, () => watch.takeChain(entry))
      taken.set(streams.chainTx, seq)
    },
  })
  // What is half read is no cause for alarm.
  await Promise.all([tasks.caughtUp, chain.caughtUp])

  async function warningsAt(now: Now): Promise<Warning[]> {
    const warnings = watch.warnings(now)
    for (const taskId of watch.wanted(now)) {
      await showAgain(taskId)
      warnings.push(...watch.warningsOf(taskId, now))
    }
    return warnings
  }

  let missing: Missing = new Map()
  async function look(): Promise<void> {
    const isBehind = [...ends].some(([stream, end]) => (taken.get(stream) ?? 0) < end)
    ends = await endsOf(jsm)
    // Who has not read what the others have would clear what they raise.
    if (isBehind) return
    const atMs = Date.now()
    const warnings = await warningsAt({ atMs, thresholds: supervision.current()?.thresholds ?? usualThresholds })
    const changes = reconcile(warnings, followed.alerts.open(), missing)
    missing = changes.missing
    for (const warning of changes.raise) {
      const { code, about, cause } = warning
      if (await followed.alerts.raise(warning, atMs)) log.warn({ code, about, cause }, 'alert')
    }
    for (const alert of changes.clear) {
      const { code, about } = alert
      if (await followed.alerts.clear(alert, atMs)) log.info({ code, about }, 'the alert is over')
    }
  }

  let looking: Promise<void> = Promise.resolve()
  let busy = false
  const timer = setInterval(() => {
    if (busy) return
    busy = true
    looking = look()
      .catch((error: unknown) => log.warn({ err: error }, 'looked in vain, and looks again'))
      .finally(() => {
        busy = false
      })
  }, lookEveryMs)
  return {
    async stop() {
      clearInterval(timer)
      await looking
      supervision.stop()
      await Promise.all([tasks.stop(), chain.stop(), followed.stop()])
    },
  }
}

/** All of its log that is an entry, and how large that is. */
async function readTask(jsm: JetStreamManager, taskId: Hex): Promise<{ entries: TaskEntry[]; bytes: number }> {
  const entries: TaskEntry[] = []
  let size = 0
  for await (const { entry, bytes } of readEntries(jsm, taskId)) {
    if (entry) entries.push(entry)
    size += bytes
  }
  return { entries, bytes: size }
}

/** Where the streams end now that the rules are about. */
async function endsOf(jsm: JetStreamManager): Promise<Map<string, number>> {
  const watched = [streams.tasks, streams.chainTx]
  const infos = await Promise.all(watched.map(stream => jsm.streams.info(stream)))
  return new Map(infos.map(({ config, state }) => [config.name, state.messages === 0 ? 0 : state.last_seq]))
}
