import type { JetStreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { endOf } from '../../stack/read-stream.ts'
import type { Stamp } from '../log/stamp.ts'
import { Effects, type EffectsOptions } from './effects.ts'
import { takeOverLeftBehind } from './left-behind.ts'
import { Owed } from './owed.ts'
import { entries, takeOver } from './take-over.ts'
import { Words } from './words.ts'

export interface OwedOptions extends Omit<EffectsOptions, 'owed'> {
  readonly nc: NatsConnection
  readonly jsm: JetStreamManager
}

/**
 * Effects of entries are seen to by the coordinator that wrote them, which says each second what it owes, and by another once
 * it is silent. Opened before this coordinator writes its first entry.
 */
export async function openOwed(options: OwedOptions) {
  const { nc, jsm, log, writer } = options
  const owed = new Owed(await endOf(jsm, entries))
  const words = await Words.open({ nc, log, writer, word: () => owed.word() })
  const effects = new Effects({ ...options, owed })
  const ground = { nc, jsm, log, writer, owed, words, effects }
  let taking: { stop(): Promise<void> } | null = null
  return {
    /** Takes the stamps of all entries in their order. */
    heed: (stamp: Stamp, sequence: number) => effects.heed(stamp, sequence),
    /** From now on also what others owe. */
    async takeOver(): Promise<void> {
      await takeOverLeftBehind(ground)
      taking = await takeOver(ground)
    },
    async stop(): Promise<void> {
      await taking?.stop()
      await effects.stop()
      await words.stop()
    },
  }
}
