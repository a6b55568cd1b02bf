import { type KV, Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/nats-core'
import { buckets } from '../../protocol/subjects.ts'
import { followStream, type StreamReader } from '../../stack/follow-stream.ts'
import type { Log } from '../../stack/log.ts'
import { parseJson } from '../../stack/parse-json.ts'
import { isOvertaken } from '../../stack/publish.ts'
import type { StreamMessage } from '../../stack/stream-message.ts'
import { OwedWord } from './owed.ts'

const sayMs = 1_000
/** So long after its last word a coordinator is taken for dead. */
const usualQuietMs = 3_000
/** One that only stood still may write once more: after so long that is looked for. */
const lastLookMs = 60_000

const subject = (writer: string) => `$KV.${buckets.owed}.${writer}`

/** What another coordinator said, or was said for it, and when that was heard. */
export interface LastWord {
  readonly word: OwedWord
  readonly revision: number
  heardMs: number
}

export interface WordsOptions {
  readonly nc: NatsConnection
  readonly log: Log
  /** Who this coordinator is in the stamps of its entries. */
  readonly writer: string
  readonly word: () => Omit<OwedWord, 'quietMs'>
  /** After so long another sees to what is owed: 0 for who leaves it to others at any time. */
  readonly quietMs?: number
  /** Another sees to what this one wrote up to here. */
  readonly onSettled?: (upTo: number) => void
}

/** The last words of all coordinators, in a bucket: this one's is said each second, the others' are heard. */
export class Words {
  readonly others = new Map<string, LastWord>()
  readonly #options: WordsOptions
  readonly #kv: KV
  readonly #reader: StreamReader
  readonly #timer: NodeJS.Timeout
  #saidMs = Number.NEGATIVE_INFINITY

  private constructor(options: WordsOptions, kv: KV) {
    this.#options = options
    this.#kv = kv
    const { nc, log } = options
    const take = (message: StreamMessage) => this.#hear(message)
    this.#reader = followStream(nc, {
      ...{ stream: `KV_${buckets.owed}`, subject: subject('*'), lastOnly: true },
      ...{ take, log },
    })
    this.#timer = setInterval(() => {
      this.say().catch((error: unknown) => log.debug({ err: error }, 'what is owed was not said'))
    }, sayMs)
  }

  /** The first word is said when it returns: nothing may be written before. */
  static async open(options: WordsOptions): Promise<Words> {
    const words = new Words(options, await new Kvm(options.nc).open(buckets.owed))
    await words.say()
    return words
  }

  /** When the others' last words were heard, as they were at the start. */
  get caughtUp(): Promise<void> {
    return this.#reader.caughtUp
  }

  async say(): Promise<void> {
    await this.#put(this.#options.quietMs ?? usualQuietMs)
  }

  /** Those whose time is over. Who was not heard itself of late has heard nobody: then all others have their time once more. */
  toTakeOver(): [writer: string, last: LastWord][] {
    const nowMs = performance.now()
    if (nowMs - this.#saidMs > 2 * sayMs) for (const last of this.others.values()) last.heardMs = nowMs
    return [...this.others].filter(([, { word, heardMs }]) => nowMs - heardMs >= word.quietMs)
  }

  /** Says for another that nothing is owed of it up to here; false when somebody said something of it meanwhile. */
  async settle(writer: string, { word, revision }: LastWord, upTo: number, found: number): Promise<boolean> {
    const isOver = found === 0 && word.quietMs === lastLookMs
    const settled: OwedWord = { upTo, open: [], quietMs: lastLookMs }
    try {
      if (isOver) await this.#kv.delete(writer, { previousSeq: revision })
      else await this.#kv.update(writer, JSON.stringify(settled), revision)
      return true
    } catch (error) {
      if (isOvertaken(error)) return false
      throw error
    }
  }

  /** Leaves what is owed still to whoever looks first; where that can't be said it is found after a while. */
  async stop(): Promise<void> {
    clearInterval(this.#timer)
    await this.#reader.stop()
    await this.#put(0).catch(() => {})
  }

  async #put(quietMs: number): Promise<void> {
    const { writer, word } = this.#options
    const said: OwedWord = { ...word(), quietMs }
    await this.#kv.put(writer, JSON.stringify(said))
    this.#saidMs = performance.now()
  }

  #hear({ subject: said, headers, data, seq }: StreamMessage): void {
    const writer = said.slice(subject('').length)
    const word = headers?.get('KV-Operation') ? null : parseJson(OwedWord, data)
    if (writer === this.#options.writer) {
      if (word?.quietMs === lastLookMs) this.#options.onSettled?.(word.upTo)
    } else if (word) this.others.set(writer, { word, revision: seq, heardMs: performance.now() })
    else this.others.delete(writer)
  }
}
