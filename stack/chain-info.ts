import { setTimeout as sleep } from 'node:timers/promises'
import { errors, type NatsConnection } from '@nats-io/nats-core'
import { ChainInfo } from '../protocol/chain-message.ts'
import { Reply } from '../protocol/commands.ts'
import { EntenteError } from '../protocol/errors.ts'
import { subjects } from '../protocol/subjects.ts'

const patienceMs = 15_000
const requestMs = 2_000
const retryMs = 50

/**
 * Asks the gateway where the consortium's contracts are; waits for a gateway that is only starting.
 * @throws EntenteError CHAIN_UNREACHABLE when none answers in 15 seconds
 */
export async function askChainInfo(nc: NatsConnection): Promise<ChainInfo> {
  const giveUpMs = performance.now() + patienceMs
  for (;;) {
    try {
      const message = await nc.request(subjects.chainInfo, undefined, { timeout: requestMs })
      const reply = Reply.parse(message.json())
      if (reply.ok) return ChainInfo.parse(reply.value)
      throw new EntenteError('CHAIN_UNREACHABLE', `the gateway answered ${reply.code}: ${reply.message}`)
    } catch (cause) {
      const silent = cause instanceof errors.RequestError || cause instanceof errors.TimeoutError
      if (!silent) throw cause
      if (performance.now() > giveUpMs) throw new EntenteError('CHAIN_UNREACHABLE', 'no gateway answers', { cause })
      await sleep(retryMs)
    }
  }
}
