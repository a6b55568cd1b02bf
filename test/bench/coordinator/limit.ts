import { fileURLToPath } from 'node:url'
import type { NatsConnection } from '@nats-io/nats-core'
import { startProcess } from '../../../stack/process.ts'
import { progress } from '../progress.ts'
import { inParallel } from './in-parallel.ts'
import { type Figures, figuresOf, type Level, spansBetween } from './levels.ts'
import { Publisher } from './publisher.ts'
import type { Sent, SentBy } from './record-steps.ts'
import { withBus } from './with-bus.ts'

const echo = fileURLToPath(new URL('../programs/echo.ts', import.meta.url))
/** Long enough to measure something that is so much faster. */
const stepsInAll = 6_000

/**
 * What the bus alone can do, with the very messages that a subtask of ours sends: the same server, streams, subjects, sizes
 * and expectations, and nobody who thinks about them.
 */
export function measureLimit(levels: readonly Level[], sent: SentBy): Promise<Figures[]> {
  return withBus(async ({ nc, ...ground }) => {
    const responder = await startProcess({ ...ground, name: 'echo', entry: echo })
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
    }
    return figures
  })
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
