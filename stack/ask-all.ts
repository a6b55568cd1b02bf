import { errors, type NatsConnection } from '@nats-io/nats-core'
import type { Json } from '../protocol/canonical.ts'
import { Reply } from '../protocol/commands.ts'
import { EntenteError } from '../protocol/errors.ts'
import { type Asking, refusalOf } from './ask.ts'

/** After the last answer, another is waited for as long as this. */
const STALL_MS = 300

/**
 * Asks all who serve a subject.
 *
 * @returns what each answered; an error where it said no
 * @throws EntenteError `silence` when nobody serves it
 */
export async function askAll(
  nc: NatsConnection,
  subject: string,
  request: unknown,
  { timeoutMs, silence }: Asking,
): Promise<(Json | EntenteError)[]> {
  const many = { strategy: 'stall', stall: STALL_MS, maxWait: timeoutMs } as const
  const answers: (Json | EntenteError)[] = []
  try {
    for await (const message of await nc.requestMany(subject, JSON.stringify(request ?? null), many)) {
      const reply = Reply.parse(message.json())
      answers.push(reply.ok ? reply.value : refusalOf(reply, subject))
    }
  } catch (cause) {
    if (!(cause instanceof errors.NoRespondersError) && !(cause instanceof errors.RequestError)) throw cause
  }
  if (answers.length === 0) throw new EntenteError(silence, `nobody answers ${subject}`)
  return answers
}
