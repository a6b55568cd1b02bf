import { setTimeout as sleep } from 'node:timers/promises'
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
  /**
   * Resolved when it has all that is on the bus now.
   * @throws EntenteError DIRECTORY_LATE when that takes longer
   */
  upToNow(timeoutMs: number): Promise<void>
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
  const takeCard = (message: StreamMessage) => {
    const card = message.headers?.get('KV-Operation') ? null : parseJson(AgentCard, message.data)
    if (!card) return log.error({ subject: message.subject, seq: message.seq }, 'what is no agent card was left out')
    foldCard(directory, card)
    changed()
  }
  const events = followStream(nc, {
    stream: streams.chainEvents,
    subject: subjects.chainEvent('*', '*'),
    take: takeEvent,
    log,
  })
  const cards = followStream(nc, {
    stream: `KV_${buckets.cards}`,
    subject: `$KV.${buckets.cards}.*`,
    lastOnly: true,
    take: takeCard,
    log,
  })
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
    async upToNow(timeoutMs) {
      const isUp = Promise.all([events.upToNow(), cards.upToNow()])
      const late = sleep(timeoutMs, 'late' as const, { ref: false })
      if ((await Promise.race([isUp, late])) !== 'late') return
      throw new EntenteError('DIRECTORY_LATE', `what the chain's events say was not read within ${timeoutMs} ms`)
    },
    whenActive: (agentId, wait) =>
      when(({ agents }) => (agents.get(agentId)?.active ? agents.get(agentId) : undefined), wait),
    async stop() {
      await Promise.all([cards.stop(), events.stop()])
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
