import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Json } from '../../protocol/canonical.ts'
import { ChainEvent } from '../../protocol/chain-event.ts'
import {
  AddListener,
  type ListenerAdded,
  type ListenerStatus,
  listenerConsumer,
  NamedListener,
  RetryDelivery,
} from '../../protocol/chain-listener.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { readDeadLetter } from '../../stack/dead-letters.ts'
import { parseJson } from '../../stack/parse-json.ts'
import { serve } from '../../stack/serve.ts'
import { attempt } from './attempt.ts'
import { firstSequence } from './first-sequence.ts'
import type { Ground } from './ground.ts'
import type { Listener } from './listener.ts'
import { whyOutOfReach } from './reach.ts'
import { newSecret } from './sign.ts'

/** Each holds a consumer on the bus, and a request that stands there. */
const MAX_LISTENERS = 256

/** The doors at which listeners are added, listed, removed, and told again what they did not take. */
export function listenerDoors(ground: Ground) {
  const { nc, log } = ground
  const open = <T>(
    verb: Parameters<typeof subjects.chainListener>[0],
    schema: z.ZodType<T>,
    act: (request: T) => Promise<Json>,
  ) => serve(nc, { subject: subjects.chainListener(verb), queue: 'gateway', schema, log }, act)
  return [
    open('add', AddListener, request => add(ground, request)),
    open('list', z.null(), async () => Promise.all((await ground.book.list()).map(each => statusOf(ground, each)))),
    open('remove', NamedListener, ({ id }) => remove(ground, id)),
    open('retry', RetryDelivery, request => retry(ground, request)),
  ]
}

async function add({ jsm, book, reach, log }: Ground, request: AddListener): Promise<ListenerAdded> {
  const { url, events, from, attempts } = request
  const refused = whyOutOfReach(reach, new URL(url).hostname)
  if (refused !== null) throw new EntenteError('LISTENER_REFUSED', refused)
  if ((await book.list()).length >= MAX_LISTENERS) {
    throw new EntenteError('LISTENER_REFUSED', `there are ${MAX_LISTENERS} listeners already`)
  }
  const id = randomBytes(6).toString('hex')
  const secret = newSecret()
  const place = await firstSequence(jsm, from)
  await book.write({ id, url, events, attempts, secret, firstSequence: place, createdAtMs: Date.now() })
  log.info({ listener: id, events, firstSequence: place }, 'a listener was added')
  return { id, secret }
}

async function statusOf({ jsm }: Ground, listener: Listener): Promise<ListenerStatus> {
  const { id, url, events, attempts, createdAtMs, firstSequence } = listener
  const queue = listenerConsumer(id)
  const [info, dead] = await Promise.all([
    // Just added, it has none yet.
    jsm.consumers.info(streams.chainEvents, queue).catch(() => null),
    countDead(jsm, queue),
  ])
  const doneUpTo = Math.max(info?.ack_floor.stream_seq ?? 0, firstSequence - 1)
  const waiting = info === null ? 0 : info.num_pending + info.num_ack_pending
  return { id, url, events, attempts, createdAtMs, doneUpTo, waiting, dead }
}

async function countDead(jsm: Ground['jsm'], queue: string): Promise<number> {
  const subject = subjects.dead(queue)
  const { state } = await jsm.streams.info(streams.dead, { subjects_filter: subject })
  return state.subjects?.[subject] ?? 0
}

/** First out of the book, so that nobody begins anew what is taken away after it. */
async function remove({ jsm, book, log }: Ground, id: string): Promise<NamedListener> {
  await book.read(id)
  await book.erase(id)
  await jsm.consumers.delete(streams.chainEvents, listenerConsumer(id)).catch(() => {})
  await jsm.streams.purge(streams.dead, { filter: subjects.dead(listenerConsumer(id)) })
  log.info({ listener: id }, 'a listener was removed')
  return { id }
}

/** @throws EntenteError LISTENER_UNKNOWN, DEAD_LETTER_UNKNOWN, LISTENER_FAILED */
async function retry(ground: Ground, { id, sequence }: RetryDelivery): Promise<RetryDelivery> {
  const { jsm, book } = ground
  const listener = await book.read(id)
  const { consumer, streamSequence, payload } = await readDeadLetter(jsm, sequence)
  const event = parseJson(ChainEvent, Buffer.from(payload, 'base64'))
  if (consumer !== listenerConsumer(id) || event === null) {
    throw new EntenteError('DEAD_LETTER_UNKNOWN', `${sequence} is no dead letter of listener ${id}`)
  }
  try {
    await attempt(ground, listener, { event, sequence: streamSequence })
  } catch (cause) {
    throw new EntenteError('LISTENER_FAILED', `${listener.url}: ${(cause as Error).message}`, { cause })
  }
  await jsm.streams.deleteMessage(streams.dead, sequence)
  return { id, sequence }
}
