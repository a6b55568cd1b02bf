import { type JetStreamClient, type JetStreamManager, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { DeadLetter } from '../protocol/dead-letter.ts'
import { EntenteError } from '../protocol/errors.ts'
import { streams, subjects } from '../protocol/subjects.ts'
import { parseJson } from './parse-json.ts'
import { readSubject } from './read-subject.ts'

/** A dead letter, and its place in the stream of them, which is its name. */
export interface KeptLetter extends DeadLetter {
  readonly sequence: number
}

/**
 * Keeps what could not be acted on. Whoever gives the same message up again within minutes keeps it once.
 *
 * @param queue in which it lies: that of its stream, or one of its consumer's own
 */
export async function keepDeadLetter(js: JetStreamClient, letter: DeadLetter, queue = letter.stream): Promise<void> {
  const { streamSequence, consumer, subject } = letter
  const msgID = `${subject}/${consumer}/${streamSequence}`
  await js.publish(subjects.dead(queue), JSON.stringify(letter), { msgID })
}

/** The dead letters of all queues, or of one, the oldest first. */
export async function listDeadLetters(nc: NatsConnection, queue = '*'): Promise<KeptLetter[]> {
  const jsm = await jetstreamManager(nc, { checkAPI: false })
  const letters: KeptLetter[] = []
  for await (const { data, seq } of readSubject(jsm, streams.dead, subjects.dead(queue))) {
    const letter = parseJson(DeadLetter, data)
    if (letter) letters.push({ ...letter, sequence: seq })
  }
  return letters
}

/** @throws EntenteError DEAD_LETTER_UNKNOWN */
export async function readDeadLetter(jsm: JetStreamManager, sequence: number): Promise<DeadLetter> {
  const message = await jsm.streams.getMessage(streams.dead, { seq: sequence })
  const letter = message && parseJson(DeadLetter, message.data)
  if (letter) return letter
  throw new EntenteError('DEAD_LETTER_UNKNOWN', `there is no dead letter ${sequence}`)
}

/** @throws EntenteError DEAD_LETTER_UNKNOWN */
export async function dropDeadLetter(nc: NatsConnection, sequence: number): Promise<void> {
  const jsm = await jetstreamManager(nc, { checkAPI: false })
  await readDeadLetter(jsm, sequence)
  await jsm.streams.deleteMessage(streams.dead, sequence)
}
