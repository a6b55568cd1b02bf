import type { NatsConnection } from '@nats-io/nats-core'
import { withoutBigints } from '../../../protocol/batch-json.ts'
import type { Json } from '../../../protocol/canonical.ts'
import type { ChainIntent } from '../../../protocol/chain-message.ts'
import { EntenteError } from '../../../protocol/errors.ts'
import type { Address } from '../../../protocol/ids.ts'
import { awaitOutcome, completeMessage, submitIntent } from '../../../stack/chain-intent.ts'
import type { Log } from '../../../stack/log.ts'
import { anchorTimeoutMs } from '../../tenant.ts'
import type { Call, ChainReader } from '../chain-reader.ts'

/** The message of one try. */
type KeyOf = (attempt: number) => Pick<ChainIntent, 'tenant' | 'operation' | 'businessId'>

/**
 * What a settler does on chain, by the key of its account. Each try of an act is a message of its own, whose name follows
 * from what it does: said again after a crash it is the same, and only what the chain refused is tried anew.
 */
export class Acts {
  readonly #nc: NatsConnection
  readonly #log: Log
  readonly #reader: ChainReader
  readonly #account: Address
  /** By the name of the first try. */
  readonly #refused = new Map<string, number>()

  constructor({ nc, log, reader, account }: { nc: NatsConnection; log: Log; reader: ChainReader; account: Address }) {
    this.#nc = nc
    this.#log = log
    this.#reader = reader
    this.#account = account
  }

  /** @returns whether it was carried out; what the chain would refuse now is not sent */
  async do(keyOf: KeyOf, call: Call): Promise<boolean> {
    const { operation, businessId } = keyOf(0)
    const name = `${operation}/${businessId}`
    const attempt = this.#refused.get(name) ?? 0
    const refusal = await this.#reader.tryCall(this.#account, call)
    if (refusal !== null) {
      this.#log.debug({ act: name, refusal }, 'the chain would refuse it now')
      return false
    }
    try {
      const { contract, call: method, args } = call
      const { messageId } = await submitIntent(this.#nc, {
        ...keyOf(attempt),
        ...{ from: this.#account, contract, call: method, args: withoutBigints(args) as Json[], prove: true },
      })
      await awaitOutcome(this.#nc, messageId, { timeoutMs: anchorTimeoutMs })
      await completeMessage(this.#nc, messageId)
      return true
    } catch (error) {
      if (!(error instanceof EntenteError) || error.retry) throw error
      this.#refused.set(name, attempt + 1)
      this.#log.warn({ err: error, act: name }, 'the chain refused it')
      return false
    }
  }
}
