import type { NatsConnection } from '@nats-io/nats-core'
import { z } from 'zod'
import type { Json } from '../../protocol/canonical.ts'
import { AddListener, ListenerStatus, listenerConsumer, NamedListener } from '../../protocol/chain-listener.ts'
import { EntenteError } from '../../protocol/errors.ts'
import { subjects } from '../../protocol/subjects.ts'
import { ask } from '../../stack/ask.ts'
import { listDeadLetters } from '../../stack/dead-letters.ts'
import { parseAs } from '../../stack/serve.ts'
import { withBus } from '../with-bus.ts'

/** A try of a dead letter takes as long as the receiver may. */
const TIMEOUT_MS = 15_000

type Verb = Parameters<typeof subjects.chainListener>[0]

/** `entente listener add`: prints its id and its secret. */
export async function addListener(
  url: string,
  { events, from, attempts }: { events?: string; from: string; attempts?: string },
): Promise<void> {
  const request = parseAs(AddListener, {
    url,
    events: events?.split(',').map(name => name.trim()),
    from: from === 'now' ? from : numberOf('--from', from),
    attempts: attempts === undefined ? undefined : numberOf('--attempts', attempts),
  })
  await withBus(async nc => print(await askGateway(nc, 'add', request)))
}

/** `entente listener list`: one JSON line a listener. */
export function printListeners(): Promise<void> {
  return withBus(async nc => {
    for (const status of z.array(ListenerStatus).parse(await askGateway(nc, 'list', null))) print(status)
  })
}

/** `entente listener remove` */
export function removeListener(text: string): Promise<void> {
  const named = parseAs(NamedListener, { id: text })
  return withBus(async nc => print(await askGateway(nc, 'remove', named)))
}

/** `entente listener dead`: one JSON line an event that it did not take, the oldest first. */
export function printUndelivered(text: string): Promise<void> {
  const { id } = parseAs(NamedListener, { id: text })
  return withBus(async nc => {
    for (const letter of await listDeadLetters(nc, listenerConsumer(id))) print(letter)
  })
}

/** `entente listener retry`: tells it once more of one event, or of all that it did not take; the first failure ends it. */
export function retryDeliveries(text: string, letter: string | undefined): Promise<void> {
  const { id } = parseAs(NamedListener, { id: text })
  const named = letter === undefined ? null : [numberOf('a dead letter', letter)]
  return withBus(async nc => {
    const all = async () => (await listDeadLetters(nc, listenerConsumer(id))).map(({ sequence }) => sequence)
    for (const sequence of named ?? (await all())) print(await askGateway(nc, 'retry', { id, sequence }))
  })
}

function askGateway(nc: NatsConnection, verb: Verb, request: object | null): Promise<Json> {
  return ask(nc, subjects.chainListener(verb), request, { timeoutMs: TIMEOUT_MS, silence: 'CHAIN_SLOW' })
}

function numberOf(what: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text)
  throw new EntenteError('COMMAND_INVALID', `${what} is a number, not ${text}`)
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}
