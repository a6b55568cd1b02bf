import type { NatsConnection } from '@nats-io/nats-core'
import { withoutBigints } from '../../../protocol/batch-json.ts'
import type { Json } from '../../../protocol/canonical.ts'
import type { ChainIntent, IntentAccepted } from '../../../protocol/chain-message.ts'
import { EntenteError } from '../../../protocol/errors.ts'
import type { Hex } from '../../../protocol/hash.ts'
import type { Address } from '../../../protocol/ids.ts'
import { awaitOutcome, type NewIntent } from '../../../stack/chain-intent.ts'
import type { Log } from '../../../stack/log.ts'
import { completeMessages, submitIntents } from '../../../stack/many-intents.ts'
import { anchorTimeoutMs, settlerTenant } from '../../tenant.ts'
import type { Call, ChainReader } from '../chain-reader.ts'

/** The message of one try. */
type KeyOf = (attempt: number) => Pick<ChainIntent, 'operation' | 'businessId'>

interface Act {
  readonly keyOf: KeyOf
  readonly call: Call
}

interface Try {
  readonly name: string
  readonly attempt: number
  readonly intent: Omit<NewIntent, 'tenant'>
}

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
    return (await this.doAll([{ keyOf, call }])) === 1
  }

  /**
   * Acts of which none builds on another.
   *
   * @returns how many were carried out; what the chain would refuse now is not sent
   * @throws EntenteError what passes, once all others have their outcome
   */
  async doAll(acts: readonly Act[]): Promise<number> {
    const tries = (await Promise.all(acts.map(act => this.#tryOne(act)))).filter(each => each !== null)
    const answers = await submitIntents(
      this.#nc,
      settlerTenant,
      tries.map(({ intent }) => intent),
    )
    const outcomes = await Promise.allSettled(answers.map((answer, index) => this.#outcomeOf(tries[index]!, answer)))
    const carriedOut = outcomes.flatMap(outcome => (outcome.status === 'fulfilled' ? (outcome.value ?? []) : []))
    await completeMessages(this.#nc, carriedOut)
    const passing = outcomes.find(({ status }) => status === 'rejected')
    if (passing?.status === 'rejected') throw passing.reason
    return carriedOut.length
  }

  async #tryOne({ keyOf, call }: Act): Promise<Try | null> {
    const { operation, businessId } = keyOf(0)
    const name = `${operation}/${businessId}`
    const attempt = this.#refused.get(name) ?? 0
    const refusal = await this.#reader.tryCall(this.#account, call)
    if (refusal !== null) {
      this.#log.debug({ act: name, refusal }, 'the chain would refuse it now')
      return null
    }
    const { contract, call: method, args } = call
    const made = { from: this.#account, contract, call: method, args: withoutBigints(args) as Json[], prove: true }
    return { name, attempt, intent: { ...keyOf(attempt), ...made } }
  }

  /** The message, or null when the chain refused it. */
  async #outcomeOf({ name, attempt }: Try, answer: IntentAccepted | EntenteError): Promise<Hex | null> {
    try {
      if (answer instanceof EntenteError) throw answer
      await awaitOutcome(this.#nc, answer.messageId, { timeoutMs: anchorTimeoutMs })
      return answer.messageId
    } catch (error) {
      if (!(error instanceof EntenteError) || error.retry) throw error
      this.#refused.set(name, attempt + 1)
      this.#log.warn({ err: error, act: name }, 'the chain refused it')
      return null
    }
  }
}
