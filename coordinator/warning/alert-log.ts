import type { JetStreamClient } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { type Alert, AlertEntry, alertIdOf, type Warning, warningKey } from '../../protocol/alert.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { followStream } from '../../stack/follow-stream.ts'
import type { Log } from '../../stack/log.ts'
import { parseJson } from '../../stack/parse-json.ts'
import { isOvertaken, openJetstream } from '../../stack/publish.ts'
import type { StreamMessage } from '../../stack/stream-message.ts'

interface Last {
  readonly sequence: number
  /** The alert that is raised; null when the last was cleared. */
  readonly open: Alert | null
}

/**
 * The alerts of the consortium, as the stream has them. What is added names what it follows under its subject: whoever is
 * second, of several who raise or clear the same, adds nothing.
 */
export class AlertLog {
  readonly #js: JetStreamClient
  readonly #last = new Map<string, Last>()

  private constructor(nc: NatsConnection) {
    this.#js = openJetstream(nc)
  }

  static async follow(nc: NatsConnection, log: Log, heed: (entry: AlertEntry) => void = () => {}) {
    const alerts = new AlertLog(nc)
    const take = (message: StreamMessage) => {
      const entry = parseJson(AlertEntry, message.data)
      alerts.#take(message.subject, message.seq, entry)
      if (entry) heed(entry)
    }
    const subject = subjects.alert('*', '*')
    const follower = followStream(nc, { stream: streams.alerts, subject, lastOnly: true, take, log })
    await follower.caughtUp
    return { alerts, stop: () => follower.stop() }
  }

  /** Raised and not cleared. */
  open(): Alert[] {
    return [...this.#last.values()].flatMap(({ open }) => open ?? [])
  }

  openFor(warning: Pick<Warning, 'code' | 'about'>): Alert | null {
    return this.#last.get(subjectOf(warning))?.open ?? null
  }

  /** False where another was first. */
  async raise(warning: Warning, atMs: number): Promise<boolean> {
    const alert: Alert = { ...warning, alertId: alertIdOf(warning, atMs), raisedAtMs: atMs }
    return this.#add(subjectOf(warning), { kind: 'raised', alert })
  }

  /** False where another was first. */
  async clear(alert: Alert, atMs: number): Promise<boolean> {
    return this.#add(subjectOf(alert), { kind: 'cleared', alertId: alert.alertId, atMs })
  }

  async #add(subject: string, entry: AlertEntry): Promise<boolean> {
    const before = this.#last.get(subject)
    if ((entry.kind === 'raised') === Boolean(before?.open)) return false
    try {
      const expect = { lastSubjectSequence: before?.sequence ?? 0 }
      const { seq } = await this.#js.publish(subject, JSON.stringify(entry), { expect })
      this.#take(subject, seq, entry)
      return true
    } catch (error) {
      if (isOvertaken(error)) return false
      throw error
    }
  }

  /** What the stream holds, also junk, is what the next must follow. */
  #take(subject: string, sequence: number, entry: AlertEntry | null): void {
    const before = this.#last.get(subject)
    if (before && before.sequence >= sequence) return
    const open = entry === null ? (before?.open ?? null) : entry.kind === 'raised' ? entry.alert : null
    this.#last.set(subject, { sequence, open })
  }
}

function subjectOf(warning: Pick<Warning, 'code' | 'about'>): string {
  return subjects.alert(warning.code, warningKey(warning))
}
