import type { NatsConnection } from '@nats-io/nats-core'
import { EntenteError } from '../../protocol/errors.ts'
import { ForeignBlock } from '../../protocol/relay.ts'
import { subjects } from '../../protocol/subjects.ts'
import type { Log } from '../../stack/log.ts'
import { serve } from '../../stack/serve.ts'
import { NodeError, NodeSilent } from '../rpc.ts'
import { type AttesterOptions, vouchFor } from './attester.ts'

/** Answers all who ask whether a block of the other chain is final there. */
export function startAttester(nc: NatsConnection, log: Log, options: AttesterOptions) {
  const door = serve(nc, { subject: subjects.attest(options.sourceChain), schema: ForeignBlock, log }, async block => {
    try {
      return await vouchFor(options, block)
    } catch (error) {
      log.warn({ err: error, block }, 'not vouched for')
      if (error instanceof NodeSilent || error instanceof NodeError) {
        throw new EntenteError('CHAIN_UNREACHABLE', error.message, { cause: error })
      }
      throw error
    }
  })
  return {
    async stop() {
      await door.drain()
      options.file.close()
    },
  }
}
