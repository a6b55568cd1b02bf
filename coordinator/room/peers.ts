import type { NatsConnection } from '@nats-io/nats-core'
import { subjects } from '../../protocol/subjects.ts'

const everyMs = 1_000
/** So long after the last sign of another, and after the last time when none could be heard, there is no other. */
const silenceMs = 4_000

/**
 * Whether other coordinators are at work. It is only ever the hint that there is none, by which a shorter way may be taken;
 * one that is not sure is not alone. A coordinator says that it is there before it does anything.
 */
export class Peers {
  readonly #timer: NodeJS.Timeout
  readonly #stop: () => void
  #unsureMs = Date.now()
  #lookedMs = Date.now()

  constructor(nc: NatsConnection, writer: string) {
    const say = () => nc.publish(subjects.coordinators, writer)
    const subscription = nc.subscribe(subjects.coordinators, {
      callback: (_, message) => {
        if (message.string() !== writer) this.#unsureMs = Date.now()
      },
    })
    say()
    this.#timer = setInterval(() => {
      this.#look()
      if (!nc.isClosed()) say()
    }, everyMs)
    this.#stop = () => subscription.unsubscribe()
    void this.#watch(nc).catch(() => {})
  }

  isAlone(): boolean {
    this.#look()
    return Date.now() - this.#unsureMs > silenceMs
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#stop()
  }

  /** A process that stood still has heard nobody. */
  #look(): void {
    const nowMs = Date.now()
    if (nowMs - this.#lookedMs > 2 * everyMs) this.#unsureMs = nowMs
    this.#lookedMs = nowMs
  }

  async #watch(nc: NatsConnection): Promise<void> {
    for await (const { type } of nc.status()) {
      if (type === 'disconnect' || type === 'reconnect') this.#unsureMs = Date.now()
    }
  }
}
