import { type JetStreamClient, jetstream } from '@nats-io/jetstream'
import { headers, type MsgHdrs, type NatsConnection } from '@nats-io/nats-core'
import { sha256 } from '../../../protocol/hash.ts'
import { subjects } from '../../../protocol/subjects.ts'
import { inParallel } from './in-parallel.ts'
import { type Figures, figuresOf, type Level, type Span, spansBetween } from './levels.ts'
import type { Sent } from './record-steps.ts'

interface Message {
  readonly to: Sent['to']
  readonly data: Buffer
  readonly filler: string
}

/** Publishes what subtasks publish; the only one who does, so it knows each message's sequence before the server says it. */
export class Publisher {
  readonly #js: JetStreamClient
  readonly #lastOf = new Map<string, number>()
  #sequence = 0
  #published = 0
  #runs = 0

  constructor(nc: NatsConnection) {
    this.#js = jetstream(nc)
  }

  async oneAtATime(level: Level, sent: readonly Sent[][]): Promise<Figures> {
    const run = ++this.#runs
    const messagesOf = messagesLike(sent)
    const ends = await inParallel(level, async (task, step) => {
      for (const message of messagesOf(task, step)) await this.#publish(run, task, message)
    })
    return figuresOf('JetStream, the same messages one at a time', level, spansBetween(ends))
  }

  /** As many messages under way as so many tasks have in a step, and no waiting for one before the next. */
  async pipelined(level: Level, sent: readonly Sent[][]): Promise<Figures> {
    const run = ++this.#runs
    const messagesOf = messagesLike(sent)
    const spans: Span[] = []
    const steps = Array.from({ length: level.steps }, (_, step) => step)
    const all = steps.flatMap(step => Array.from({ length: level.inFlight }, (_, task) => ({ task, step })))
    const next = all.values()
    const lane = async () => {
      for (const { task, step } of next) {
        const fromMs = performance.now()
        await Promise.all(messagesOf(task, step).map(message => this.#publish(run, task, message)))
        spans.push({ fromMs, toMs: performance.now() })
      }
    }
    await Promise.all(Array.from({ length: level.inFlight }, lane))
    return figuresOf('JetStream, the same messages pipelined', level, spans)
  }

  async #publish(run: number, task: number, { to, data, filler }: Message) {
    const taskId = sha256(`${run}/${task}`)
    const options = { headers: fillerHeader(filler), timeout: 30_000 }
    const id = ++this.#published
    if (to !== 'task') {
      await this.#js.publish(subjectOf(to, taskId), data, { ...options, msgID: `${taskId}/${id}` })
      return
    }
    const lastSubjectSequence = this.#lastOf.get(taskId) ?? 0
    this.#lastOf.set(taskId, ++this.#sequence)
    await this.#js.publish(subjects.task(taskId), data, { ...options, expect: { lastSubjectSequence } })
  }
}

/** What each step of each task sends: they take turns at what was recorded. */
function messagesLike(sent: readonly Sent[][]): (task: number, step: number) => readonly Message[] {
  const messages = sent.map(step =>
    step.map(({ to, bytes, headerBytes }) => ({
      to,
      data: Buffer.alloc(bytes, 120),
      filler: 'x'.repeat(Math.max(1, headerBytes - 100)),
    })),
  )
  // Not the same of all at once.
  return (task, step) => messages[(task * 7 + step) % messages.length]!
}

function fillerHeader(filler: string): MsgHdrs {
  const header = headers()
  header.set('Bench-Filler', filler)
  return header
}

function subjectOf(to: Exclude<Sent['to'], 'task'>, taskId: string): string {
  if (to === 'work') return subjects.work('1')
  return to === 'result' ? subjects.result(taskId, 'step', '1') : subjects.evidence('event')
}
