import { isDeepStrictEqual } from 'node:util'
import { type JetStreamManager, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { ChainEvent } from '../protocol/chain-event.ts'
import type { ParameterKey, Parameters } from '../protocol/consortium.ts'
import { streams, subjects } from '../protocol/subjects.ts'
import { followStream } from '../stack/follow-stream.ts'
import type { Log } from '../stack/log.ts'
import { parseJson } from '../stack/parse-json.ts'
import { ChainParameters, type ParameterChange, type Period } from './chain-parameters.ts'
import type { ParameterCache, ParameterSnapshot } from './parameter-cache.ts'

export interface FollowedParameters {
  /** What is in force now: to be asked at each use. */
  current(): Parameters
  /** How some of them change in time, as far as it is known now. */
  periods(keys: readonly ParameterKey[]): readonly Period[]
  /** Every change the chain has logged, oldest first: the last one's revision is the version that is known. */
  changes(): readonly ParameterChange[]
  /** Those that were not taken back again. */
  standing(): readonly ParameterChange[]
  stop(): Promise<void>
}

export interface ParametersOptions {
  readonly nc: NatsConnection
  readonly log: Log
  /** What holds where the chain says nothing. */
  readonly otherwise: Parameters
  readonly cache?: ParameterCache | undefined
}

/** Follows the consortium's parameters on chain, from the cache on where that has them, else from the beginning. */
export async function followParameters(options: ParametersOptions): Promise<FollowedParameters> {
  const { nc, log, otherwise, cache } = options
  const jsm = await jetstreamManager(nc, { checkAPI: false })
  const { created } = await jsm.streams.info(streams.chainEvents)
  const cached = await usable(jsm, (await cache?.read(created)) ?? null)
  const onChain = new ChainParameters(cached?.changes)
  let sequence = cached?.sequence ?? 0
  const periods = oncePerRevision(onChain, keys => onChain.periods(keys, otherwise))

  const keep = () => {
    if (sequence > 0) void cache?.keep(created, { sequence, changes: [...onChain.changes] })
  }
  const reader = followStream(nc, {
    stream: streams.chainEvents,
    subject: subjects.chainEvent('ConfigRegistry', '*'),
    after: sequence,
    take: message => {
      const event = parseJson(ChainEvent, message.data)
      const before = onChain.changes.length
      if (event) onChain.take(event)
      if (onChain.changes.length === before) return
      sequence = message.seq
      log.info({ ...onChain.changes.at(-1) }, "a parameter of the consortium's was changed on chain")
      keep()
    },
    log,
  })
  await reader.caughtUp
  const forget = cache?.onBack(keep)
  return {
    current: () => onChain.at(Date.now(), otherwise),
    periods,
    changes: () => onChain.changes,
    standing: () => onChain.standing,
    async stop() {
      forget?.()
      await reader.stop()
    },
  }
}

/** A snapshot counts only when the log that is there has its last change, at the very place. */
async function usable(jsm: JetStreamManager, snapshot: ParameterSnapshot | null): Promise<ParameterSnapshot | null> {
  if (!snapshot) return null
  const message = await jsm.streams.getMessage(streams.chainEvents, { seq: snapshot.sequence }).catch(() => null)
  const event = message && parseJson(ChainEvent, message.data)
  if (!event) return null
  // The fold says what this event comes to; anything else was not made from this log.
  const before = new ChainParameters(snapshot.changes.slice(0, -1))
  before.take(event)
  return isDeepStrictEqual(before.changes.at(-1), snapshot.changes.at(-1)) ? snapshot : null
}

/** Asked with every task, and another only when the chain has said something. */
function oncePerRevision(
  onChain: ChainParameters,
  make: (keys: readonly ParameterKey[]) => Period[],
): (keys: readonly ParameterKey[]) => readonly Period[] {
  let known: { revision: number; keys: readonly ParameterKey[]; periods: Period[] } | undefined
  return keys => {
    const revision = onChain.changes.length
    if (known?.revision !== revision || known.keys !== keys) known = { revision, keys, periods: make(keys) }
    return known.periods
  }
}
