import { Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/nats-core'
import { AgentCard } from '../protocol/agent-card.ts'
import { ChainEvent } from '../protocol/chain-event.ts'
import { EntenteError } from '../protocol/errors.ts'
import { buckets, streams, subjects } from '../protocol/subjects.ts'
import { followStream } from '../stack/follow-stream.ts'
import type { Log } from '../stack/log.ts'
import { parseJson } from '../stack/parse-json.ts'
import type { StreamMessage } from '../stack/stream-message.ts'
import { type Directory, type DirectoryAgent, emptyDirectory, foldCard, foldDirectory } from './directory.ts'

export interface FollowedDirectory {
  /** The directory as of now; it changes under whoever keeps it, its entries do not. */
  current(): Directory
  /** The first value that is not undefined, of the directory as it is now and after each change. */
  when<T>(pick: (directory: Directory) => T | undefined, options: WaitOptions): Promise<T>
  whenActive(agentId: string, options: WaitOptions): Promise<DirectoryAgent>
  /** Calls after each change; the answer ends it. */
  onChange(listener: (directory: Directory) => void): () => void
  stop(): Promise<void>
}

export interface WaitOptions {
  /** For the message when it does not come to pass. */
  readonly what: string
  readonly timeoutMs: number
}

/**
 * Keeps a directory up to date from the confirmed chain events and the cards that agents showed. Returns when
 * everything that is in the streams now has been read.
 */
export async function followDirectory({ nc, log }: { nc: NatsConnection; log: Log }): Promise<FollowedDirectory> {
  const directory = emptyDirectory()
  const listeners = new Set<(directory: Directory) => void>()
  const changed = () => {
    for (const listener of listeners) listener(directory)
  }
  const takeEvent = (message: StreamMessage) => {
    const event = parseJson(ChainEvent, message.data)
    if (!event) log.error({ subject: message.subject, seq: message.seq }, 'what is no chain event was left out')
    else if (foldDirectory(directory, event)) changed()
  }
  const takeCard = (card: AgentCard) => {
    foldCard(directory, card)
    changed()
  }
  const events = followStream(nc, {
    stream: streams.chainEvents,
    subject: subjects.chainEvent('*', '*'),
    take: takeEvent,
    log,
  })
  const cards = await followCards(nc, takeCard, log)
  await Promise.all([events.caughtUp, cards.caughtUp])
  const onChange = (listener: (directory: Directory) => void) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }
  const when: FollowedDirectory['when'] = (pick, wait) => firstPick(() => pick(directory), onChange, wait)
  return {
    current: () => directory,
    onChange,
    when,
    whenActive: (agentId, wait) =>
      when(({ agents }) => (agents.get(agentId)?.active ? agents.get(agentId) : undefined), wait),
    async stop() {
      cards.stop()
      await events.stop()
    },
  }
}

function firstPick<T>(
  pick: () => T | undefined,
  onChange: FollowedDirectory['onChange'],
  { what, timeoutMs }: WaitOptions,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const check = () => {
      const value = pick()
      if (value === undefined) return
      finish()
      resolve(value)
    }
    const timer = setTimeout(() => {
      finish()
      reject(new EntenteError('DIRECTORY_LATE', `${what} did not show in the chain's events within ${timeoutMs} ms`))
    }, timeoutMs)
    const forget = onChange(check)
    const finish = () => {
      clearTimeout(timer)
      forget()
    }
    check()
  })
}

async function followCards(nc: NatsConnection, take: (card: AgentCard) => void, log: Log) {
  const kv = await new Kvm(nc).open(buckets.cards)
  const { values } = await kv.status()
  const entries = await kv.watch()
  const caughtUp = Promise.withResolvers<void>()
  if (values === 0) caughtUp.resolve()
  void (async () => {
    for await (const { key, value, operation, isUpdate } of entries) {
      const card = operation === 'PUT' ? parseJson(AgentCard, value) : null
      if (card) take(card)
      else log.error({ key, operation }, 'what is no agent card was left out')
      // True from the last of the entries that were there on.
      if (isUpdate) caughtUp.resolve()
    }
  })()
  return { caughtUp: caughtUp.promise, stop: () => entries.stop() }
}
