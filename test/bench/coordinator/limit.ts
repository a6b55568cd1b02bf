import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type JetStreamClient, jetstream } from '@nats-io/jetstream'
import { headers, type MsgHdrs, type NatsConnection } from '@nats-io/nats-core'
import { sha256 } from '../../../protocol/hash.ts'
import { subjects } from '../../../protocol/subjects.ts'
import { connectBus } from '../../../stack/bus.ts'
import { issueCreds } from '../../../stack/bus-user.ts'
import { startNats } from '../../../stack/embedded/nats.ts'
import { startProcess } from '../../../stack/process.ts'
import { ensureStreams } from '../../../stack/streams.ts'
import { progress } from '../progress.ts'
import { type Figures, figuresOf, type Level, type Span, spansBetween } from './levels.ts'
import type { Sent, SentBy } from './record-steps.ts'

const echo = fileURLToPath(new URL('../programs/echo.ts', import.meta.url))
/** Long enough to measure something that is so much faster. */
const stepsInAll = 6_000

/**
 * What the bus alone can do, with the very messages that a subtask of ours sends: the same server, streams, subjects, sizes
 * and expectations, and nobody who thinks about them.
 */
export async function measureLimit(levels: readonly Level[], sent: SentBy): Promise<Figures[]> {
  const dir = mkdtempSync(join(tmpdir(), 'entente-bench-limit-'))
  const nats = await startNats({ dir })
  try {
    const { account } = nats.trust
    const signing = { accountPublicKey: account.publicKey, signingSeed: nats.trust.signingSeed }
    const creds = await issueCreds(signing, { name: 'bench', permissions: {}, ttlSeconds: 3_600 })
    const nc = await connectBus({ url: nats.url, creds, name: 'bench' })
    await ensureStreams(nc, { replicas: 1 })
    const credsFile = join(dir, 'bench.creds')
    writeFileSync(credsFile, creds, { mode: 0o600 })
    const env = { NATS_URL: nats.url, NATS_CREDS: credsFile, LOG_LEVEL: 'error' }
    const responder = await startProcess({ name: 'echo', entry: echo, env, dir })
    const figures: Figures[] = []
    try {
      const publisher = new Publisher(nc)
      for (const level of levels) {
        const steps = level.inFlight === 1 ? sent.one : sent.many
        const longer = { ...level, steps: Math.max(level.steps, Math.ceil(stepsInAll / level.inFlight)) }
        progress(`the bus alone, ${level.inFlight} in flight: request and reply`)
        figures.push(await requestReply(nc, longer, steps))
        progress(`the bus alone, ${level.inFlight} in flight: the same messages, one at a time`)
        figures.push(await publisher.oneAtATime(longer, steps))
        progress(`the bus alone, ${level.inFlight} in flight: the same messages, pipelined`)
        figures.push(await publisher.pipelined(longer, steps))
      }
    } finally {
      await responder.stop()
      await nc.close()
    }
    return figures
  } finally {
    await nats.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

/** A step is a question to another process, of the size of an assignment, and its answer, of the size of a result. */
async function requestReply(nc: NatsConnection, level: Level, sent: readonly Sent[][]): Promise<Figures> {
  const size = (to: Sent['to']) => sent.flat().find(message => message.to === to)?.bytes ?? 512
  const question = Buffer.alloc(size('work'), 120)
  question.writeUInt32BE(size('result'))
  const ends = await inParallel(level, async () => {
    await nc.request('bench.echo', question, { timeout: 30_000 })
  })
  return figuresOf('NATS request/reply', level, spansBetween(ends))
}

/** Runs so many chains of steps side by side; when each step ended. */
function inParallel({ inFlight, steps }: Level, step: (task: number, step: number) => Promise<void>) {
  const chain = async (task: number) => {
    const ends = [performance.now()]
    for (let index = 0; index < steps; index++) {
      await step(task, index)
      ends.push(performance.now())
    }
    return ends
  }
  return Promise.all(Array.from({ length: inFlight }, (_, task) => chain(task)))
}

interface Message {
  readonly to: Sent['to']
  readonly data: Buffer
  readonly filler: string
}

/** Publishes what subtasks publish; the only one who does, so it knows each message's sequence before the server says it. */
class Publisher {
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
