import { jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import { withoutBigints } from '../../../protocol/batch-json.ts'
import type { Json } from '../../../protocol/canonical.ts'
import { messageIdOf } from '../../../protocol/chain-message.ts'
import { EntenteError } from '../../../protocol/errors.ts'
import type { Hex } from '../../../protocol/hash.ts'
import { awaitOutcome, completeMessage, submitIntent } from '../../../stack/chain-intent.ts'
import { readRecords } from '../../../stack/chain-records.ts'
import type { Log } from '../../../stack/log.ts'
import { anchorTimeoutMs, raterTenant } from '../../tenant.ts'
import type { Call } from '../chain-reader.ts'

/**
 * Has ratings written, through the relayer. A message has its name from the first task that it rates: one that was sent before
 * a crash may have held fewer than would be sent now, and is waited for instead of being sent a second time.
 */
export class Telling {
  readonly #nc: NatsConnection
  readonly #log: Log
  /** How often the chain refused a message with this task in front. */
  readonly #refused = new Map<Hex, number>()

  constructor(nc: NatsConnection, log: Log) {
    this.#nc = nc
    this.#log = log
  }

  /**
   * The message which a transaction carried, if a rater sent it: one that died before its outcome could not say that it was acted on.
   *
   * @param first the task whose rating that transaction wrote first
   */
  async messageOf(first: Hex, txHash: Hex): Promise<Hex | null> {
    const jsm = await jetstreamManager(this.#nc, { checkAPI: false })
    for (let attempt = 0; ; attempt++) {
      const messageId = messageIdOf(keyOf(first, attempt))
      const records = await readRecords(jsm, messageId)
      if (records.length === 0) return null
      if (records.some(({ record }) => record.txHash === txHash)) return messageId
    }
  }

  /** Returns when the message in the name of that task has its outcome. */
  async tell(first: Hex, { contract, call, args }: Call): Promise<void> {
    const attempt = this.#refused.get(first) ?? 0
    const key = keyOf(first, attempt)
    const messageId = messageIdOf(key)
    try {
      const json = withoutBigints(args) as Json[]
      await submitIntent(this.#nc, { ...key, from: 'relayer', contract, call, args: json }).catch(passIfThere)
      await awaitOutcome(this.#nc, messageId, { timeoutMs: anchorTimeoutMs })
      await completeMessage(this.#nc, messageId)
    } catch (error) {
      if (!(error instanceof EntenteError) || error.retry) throw error
      this.#refused.set(first, attempt + 1)
      this.#log.warn({ err: error, taskId: first }, 'the chain refused ratings')
    }
  }
}

const keyOf = (first: Hex, attempt: number) => ({
  ...{ tenant: raterTenant, operation: 'rate', businessId: `${first}/${attempt}` },
})

function passIfThere(error: unknown): void {
  if (!(error instanceof EntenteError) || error.code !== 'IDEMPOTENCY_CONFLICT') throw error
}
