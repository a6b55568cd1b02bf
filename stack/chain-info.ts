import { setTimeout as sleep } from 'node:timers/promises'
import type { NatsConnection } from '@nats-io/nats-core'
import { ChainInfo } from '../protocol/chain-message.ts'
import { EntenteError } from '../protocol/errors.ts'
import { subjects } from '../protocol/subjects.ts'
import { ask } from './ask.ts'

const PATIENCE_MS = 15_000
const REQUEST_TIMEOUT_MS = 2_000
const RETRY_MS = 50

/**
 * Asks the gateway where the consortium's contracts are; waits for a gateway that is only starting.
 *
 * @throws EntenteError CHAIN_UNREACHABLE when none answers in 15 seconds
 */
export async function askChainInfo(nc: NatsConnection): Promise<ChainInfo> {
  const giveUpMs = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      const asking = { timeoutMs: REQUEST_TIMEOUT_MS, silence: 'CHAIN_UNREACHABLE' } as const
      return ChainInfo.parse(await ask(nc, subjects.chainInfo, null, asking))
    } catch (error) {
      const mayMend = error instanceof EntenteError && error.retry
      if (!mayMend || performance.now() > giveUpMs) throw error
      await sleep(RETRY_MS)
    }
  }
}
