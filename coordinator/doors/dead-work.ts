import { z } from 'zod'
import { streams, subjects } from '../../protocol/subjects.ts'
import { keepDeadLetter } from '../../stack/dead-letters.ts'
import { parseJson } from '../../stack/parse-json.ts'
import { consume } from '../consume.ts'
import type { World } from '../react/context.ts'

/** The durable consumer by which coordinators share what the server says of work that it gives out no more. */
export const deadWorkConsumer = 'coordinator-dead-work'

const Advisory = z.object({ consumer: z.string(), stream_seq: z.int(), deliveries: z.int() })

/**
 * Work that was given out so often as the queue allows, and was never acknowledged: its agent dies of it, or hands it back.
 * The server gives it out no more but leaves it where it is, and says so once. That word is in a stream, for coordinators
 * that were away when it came.
 */
export function deadWorkDoor(world: World) {
  return consume(world, {
    stream: streams.advisories,
    durable: deadWorkConsumer,
    subject: subjects.givenUpWork('*'),
    keyOf: message => message.subject,
    async take({ data }) {
      const advisory = parseJson(Advisory, data)
      if (advisory) await bury(world, advisory)
    },
  })
}

async function bury({ js, jsm, log }: World, { consumer, stream_seq, deliveries }: z.infer<typeof Advisory>) {
  const message = await jsm.streams.getMessage(streams.work, { seq: stream_seq })
  if (!message) return
  const cause = `it was given out ${deliveries} times, and never acknowledged`
  await keepDeadLetter(js, {
    stream: streams.work,
    streamSequence: stream_seq,
    consumer,
    subject: message.subject,
    payload: Buffer.from(message.data).toString('base64'),
    cause,
    attempts: deliveries,
    atMs: Date.now(),
  })
  await jsm.streams.deleteMessage(streams.work, stream_seq)
  log.error({ subject: message.subject, consumer }, `dead letter: ${cause}`)
}
