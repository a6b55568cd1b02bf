import { z } from 'zod'
import { streams } from '../../protocol/subjects.ts'
import { keepDeadLetter } from '../../stack/dead-letters.ts'
import { parseJson } from '../../stack/parse-json.ts'
import type { World } from '../react/context.ts'

const Advisory = z.object({ consumer: z.string(), stream_seq: z.int(), deliveries: z.int() })
const subject = `$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.${streams.work}.*`

/**
 * Work that was given out so often as the queue allows, and was never acknowledged: its agent dies of it, or hands it back.
 * The server gives it out no more but leaves it where it is; it says so once, to whoever listens, over core NATS.
 */
export function deadWorkDoor(world: World) {
  const { nc, log } = world
  return nc.subscribe(subject, {
    queue: 'coordinator',
    callback: (_, { data }) => {
      const advisory = parseJson(Advisory, data)
      if (!advisory) return
      bury(world, advisory).catch((error: unknown) => log.error({ err: error, ...advisory }, 'dead work was not kept'))
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
