import type { NatsConnection } from '@nats-io/nats-core'
import { z } from 'zod'
import { ChainEvent } from '../../protocol/chain-event.ts'
import type { Address } from '../../protocol/ids.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import { followByRequest } from '../../stack/follow-by-request.ts'
import type { Log } from '../../stack/log.ts'
import { parseJson } from '../../stack/parse-json.ts'
import { serve } from '../../stack/serve.ts'
import { readLeaves } from '../read-leaf.ts'
import { Witness, type WitnessOptions } from './witness.ts'

/** Runs a witness: it follows the log, and answers all who ask it to cosign. */
export async function startWitness(nc: NatsConnection, log: Log, options: WitnessOptions) {
  const witness = new Witness(options)
  const leaves = followByRequest(nc, {
    stream: streams.evidence,
    subject: subjects.evidence('*'),
    take: message => {
      for (const { hash } of readLeaves(message.data)) witness.add(hash)
    },
    log,
  })
  const keepers = followByRequest(nc, {
    stream: streams.chainEvents,
    subject: subjects.chainEvent('EvidenceLog', 'KeeperAppointed'),
    take: message => {
      const keeper = parseJson(ChainEvent, message.data)?.args.keeper
      if (typeof keeper === 'string') witness.appoint(keeper.toLowerCase() as Address)
    },
    log,
  })
  await Promise.all([leaves.caughtUp, keepers.caughtUp])
  const door = serve(nc, { subject: subjects.witness, schema: z.string().max(100_000), log }, note =>
    witness.cosign(note).catch((error: unknown) => {
      log.error({ err: error, note }, 'not cosigned')
      throw error
    }),
  )
  return {
    async stop() {
      door.unsubscribe()
      await Promise.all([leaves.stop(), keepers.stop()])
    },
  }
}
