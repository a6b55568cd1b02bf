import { setTimeout as sleep } from 'node:timers/promises'
import type { KV } from '@nats-io/kv'
import { EntenteError } from '../../protocol/errors.ts'
import type { RelayFigures } from '../../protocol/relay.ts'
import type { Log } from '../../stack/log.ts'
import { createSlots } from '../../stack/slots.ts'
import type { Block } from '../block.ts'
import { NodeSilent } from '../rpc.ts'
import { type Carrying, carryHeader, carryLog } from './carry.ts'
import { type Found, type Source, worthCarrying } from './source.ts'

const POLL_MS = 250
const RETRY_MS = 1_000
/** Headers, and messages, that are on their way to the destination at once. */
const AT_ONCE = 16

export interface RelayOptions extends Carrying {
  readonly source: Source
  readonly destinationChain: number
  /** Keeps where it stands. */
  readonly cursors: KV
  /** The first block that is looked at, where nothing is kept yet. */
  readonly sinceBlock: number
  /** Blocks whose logs are asked for at once. */
  readonly logRange: number
  readonly log: Log
}

/**
 * Carries what a chain said to another, block by block, as soon as it is final. Where it stands is kept after all before it was
 * carried; what a crash has it do again, the destination has already.
 */
export class Relay {
  readonly #options: RelayOptions
  readonly #key: string
  readonly #slots = createSlots(AT_ONCE)
  #nextBlock: number | null = null
  #finalBlock: number | null = null
  readonly #carried = { headers: 0, checkpoints: 0, messages: 0 }
  #stuck: RelayFigures['stuck'] = null

  constructor(options: RelayOptions) {
    this.#options = options
    this.#key = `relay-${options.sourceChain}-${options.destinationChain}`
  }

  figures(): RelayFigures {
    const { sourceChain, destinationChain, sinceBlock } = this.#options
    return {
      ...{ sourceChain, destinationChain, nextBlock: this.#nextBlock ?? sinceBlock, finalBlock: this.#finalBlock },
      ...{ carried: { ...this.#carried }, stuck: this.#stuck },
    }
  }

  /** Until the signal. */
  async run(): Promise<void> {
    const { signal, log } = this.#options
    while (!signal.aborted) {
      let pauseMs = POLL_MS
      try {
        if (await this.#advance()) pauseMs = 0
        this.#stuck = null
      } catch (error) {
        if (signal.aborted) return
        this.#note(error)
        log.warn({ err: error, nextBlock: this.#nextBlock }, 'carried later')
        pauseMs = RETRY_MS
      }
      await sleep(pauseMs, undefined, { signal }).catch(() => {})
    }
  }

  /** @returns whether there was a block to look at */
  async #advance(): Promise<boolean> {
    const { source, destination, destinationChain, cursors, logRange } = this.#options
    const from = this.#nextBlock ?? (await this.#kept())
    this.#nextBlock = from
    const finalBlock = await source.finalNumber()
    this.#finalBlock = finalBlock
    if (from > finalBlock) return false
    const to = Math.min(finalBlock, from + logRange - 1)
    const terms = await destination.recognised()
    const found = worthCarrying(await source.find(from, to, terms, destinationChain))
    const blocks = await this.#carryHeaders(found, terms)
    await this.#carryLogs(found, blocks)
    await cursors.put(this.#key, `${to + 1}`)
    this.#nextBlock = to + 1
    return true
  }

  async #carryHeaders(found: readonly Found[], terms: Parameters<typeof carryHeader>[2]): Promise<Map<number, Block>> {
    const blocks = new Map<number, Block>()
    const firsts = [...new Map(found.map(each => [each.blockNumber, each])).values()]
    await this.#all(firsts, async each => {
      const block = await this.#options.source.block(each)
      blocks.set(block.number, block)
      if (await carryHeader(this.#options, block, terms)) this.#carried.headers += 1
    })
    return blocks
  }

  /** Messages in any order; of the log what is later comes later. */
  async #carryLogs(found: readonly Found[], blocks: ReadonlyMap<number, Block>): Promise<void> {
    const carry = (each: Found) => carryLog(this.#options, blocks.get(each.blockNumber)!, each)
    for (const each of found.filter(({ kind }) => kind !== 'message')) {
      if (await carry(each)) this.#carried.checkpoints += 1
    }
    const messages = found.filter(({ kind }) => kind === 'message')
    await this.#all(messages, async each => {
      if (await carry(each)) this.#carried.messages += 1
    })
  }

  /** Some at once. All are done or have failed when it returns, so that nothing of them goes on beside the next try. */
  async #all<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
    const results = await Promise.allSettled(items.map(item => this.#slots(() => work(item))))
    const failed = results.find(result => result.status === 'rejected')
    if (failed) throw failed.reason
  }

  async #kept(): Promise<number> {
    const { cursors, sinceBlock } = this.#options
    const entry = await cursors.get(this.#key)
    return entry?.operation === 'PUT' ? Number(entry.string()) : sinceBlock
  }

  #note(error: unknown): void {
    const code =
      error instanceof EntenteError ? error.code : error instanceof NodeSilent ? 'CHAIN_UNREACHABLE' : 'INTERNAL'
    const message = error instanceof Error ? error.message : String(error)
    const since = this.#stuck?.code === code ? this.#stuck.sinceMs : Date.now()
    this.#stuck = { code, message, sinceMs: since }
  }
}
