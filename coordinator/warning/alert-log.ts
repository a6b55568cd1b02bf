import { type JetStreamClient, type JetStreamManager, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { type Alert, AlertEntry, alertIdOf, type Warning, warningKey } from '../../protocol/alert.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { followStream } from '../../stack/follow-stream.ts'
import type { Log } from '../../stack/log.ts'
import { parseJson } from '../../stack/parse-json.ts'
import { isOvertaken, openJetstream } from '../../stack/publish.ts'
import type { StreamMessage } from '../../stack/stream-message.ts'

/** An alert that is raised, and the last that lies under its subject. */
interface Open {
  readonly sequence: number
  readonly alert: Alert
}

/**
 * The alerts of the consortium, as the stream has them. What is added names what it follows under its subject: whoever is
 * second, of several who raise or clear the same, adds nothing. Of those that are over nothing is kept: there may be one of every
 * task that ever was.
 */
export class AlertLog {
  readonly #js: JetStreamClient
  readonly #jsm: JetStreamManager
  readonly #open = new Map<string, Open>()

  private constructor(nc: NatsConnection, jsm: JetStreamManager) {
    this.#js = openJetstream(nc)
    this.#jsm = jsm
  }

  static async follow(nc: NatsConnection, log: Log, heed: (entry: AlertEntry) => void = () => {}) {
    const alerts = new AlertLog(nc, await jetstreamManager(nc, { checkAPI: false }))
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
    return [...this.#open.values()].map(({ alert }) => alert)
  }

  openFor(warning: Pick<Warning, 'code' | 'about'>): Alert | null {
    return this.#open.get(subjectOf(warning))?.alert ?? null
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
    const open = this.#open.get(subject)
    if ((entry.kind === 'raised') === Boolean(open)) return false
    const lastSubjectSequence = open?.sequence ?? (await this.#endOf(subject))
    if (lastSubjectSequence === null) return false
    try {
      const expect = { lastSubjectSequence }
      const { seq } = await this.#js.publish(subject, JSON.stringify(entry), { expect })
      this.#take(subject, seq, entry)
      return true
    } catch (error) {
      if (isOvertaken(error)) return false
      throw error
    }
  }

  /** What the next must follow where none is open here; null where another has raised one. */
  async #endOf(subject: string): Promise<number | null> {
    const last = await this.#jsm.streams.getMessage(streams.alerts, { last_by_subj: subject })
    return last && parseJson(AlertEntry, last.data)?.kind === 'raised' ? null : (last?.seq ?? 0)
  }

  /** What the stream holds, also junk, is what the next must follow. */
  #take(subject: string, sequence: number, entry: AlertEntry | null): void {
    const open = this.#open.get(subject)
    if (open && open.sequence >= sequence) return
    if (entry?.kind === 'cleared') this.#open.delete(subject)
    else if (entry) this.#open.set(subject, { sequence, alert: entry.alert })
    else if (open) this.#open.set(subject, { ...open, sequence })
  }
}

function subjectOf(warning: Pick<Warning, 'code' | 'about'>): string {
  return subjects.alert(warning.code, warningKey(warning))
}
