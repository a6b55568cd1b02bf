import { setTimeout as sleep } from 'node:timers/promises'
import { EntenteError } from '../protocol/errors.ts'
import type { Hex } from '../protocol/hash.ts'
import type { ReceiptRules } from '../stack/chain-profile.ts'
import type { Log } from '../stack/log.ts'
import type { HeadBell } from './bell.ts'
import { type Block, quantity, type RpcHeader, readBlock } from './block.ts'
import { patiently, type Rpc } from './rpc.ts'

/** Final blocks that stay at hand, for proofs and logs, beside those that are not final yet. */
const FINAL_KEPT = 64

const RETRY_MS = 200
/** A node that says new heads may fail to say one, or lie: then it is noticed after this. */
const unsaidMs = 500
const FIRST_ANSWER_MS = 10_000

/** The end of the chain as this gateway has seen it. */
export interface Head {
  latest(): Block
  /** Number of the newest block that counts as final; -1 before there is one. */
  finalNumber(): number
  /** One of the last blocks; undefined for older ones, and for those to come. */
  block(number: number): Block | undefined
  /** Whether the node answered when it was last asked. */
  responds(): boolean
}

export interface Following {
  readonly head: Head
  /** Goes on until the signal; rejects with CHAIN_REORGANISED when a final block is no longer on the chain. */
  run(on: { block(block: Block): void; retract(block: Block): void }): Promise<void>
}

export type FollowOptions = {
  rpc: Rpc
  /** Blocks on top of a block after which it is final. */
  finalityBlocks: number
  /** By which its receipts are encoded. */
  rules: ReceiptRules
  /** How often it is looked where nobody says when. */
  pollMs: number
  /** Rung when somebody says that there is a new block: looks come with the rings then, and far apart without. */
  heads: HeadBell
  log: Log
  signal: AbortSignal
}

/** Reads the end of the chain, and then every new block: two requests for each, whatever is in it. */
export async function followChain(options: FollowOptions): Promise<Following> {
  const { rpc, finalityBlocks, rules, pollMs, heads, log, signal } = options
  const blocks: Block[] = []
  let responding = true

  const latest = () => blocks.at(-1)!
  const finalNumber = () => latest().number - finalityBlocks
  const block = (number: number) => blocks[number - blocks[0]!.number]

  function push(next: Block): void {
    blocks.push(next)
    if (blocks.length > FINAL_KEPT + finalityBlocks) blocks.shift()
  }

  async function begin(): Promise<void> {
    const patience = { timeoutMs: FIRST_ANSWER_MS }
    const end = Number(await patiently(() => rpc<Hex>('eth_blockNumber', []), patience))
    for (let number = Math.max(0, end - finalityBlocks); number <= end; number += 1) {
      push(await patiently(() => readBlock(rpc, number, rules), patience))
    }
  }

  /** Takes back blocks that the chain has replaced, newest first, until it agrees with us again. */
  async function retreat(retract: (block: Block) => void): Promise<void> {
    const boundary = finalNumber()
    for (;;) {
      const ours = latest()
      const theirs = await rpc<RpcHeader | null>('eth_getBlockByNumber', [quantity(ours.number), false])
      if (theirs?.hash === ours.hash) return
      if (ours.number <= boundary || blocks.length === 1) {
        throw new EntenteError(
          'CHAIN_REORGANISED',
          `block ${ours.number} was final as ${ours.hash}, and is ${theirs?.hash ?? 'gone'}`,
        )
      }
      blocks.pop()
      retract(ours)
    }
  }

  async function advance(on: Parameters<Following['run']>[0]): Promise<void> {
    const end = Number(await rpc<Hex>('eth_blockNumber', []))
    responding = true
    while (latest().number < end && !signal.aborted) {
      const next = await readBlock(rpc, latest().number + 1, rules)
      if (next.parentHash === latest().hash) {
        push(next)
        on.block(next)
      } else {
        await retreat(on.retract)
      }
    }
  }

  async function run(on: Parameters<Following['run']>[0]): Promise<void> {
    while (!signal.aborted) {
      try {
        await advance(on)
        await heads.wait(heads.isHeard() ? Math.max(pollMs, unsaidMs) : pollMs, signal)
      } catch (error) {
        if (error instanceof EntenteError) throw error
        if (responding) log.warn({ error: String(error) }, 'the node does not answer')
        responding = false
        await sleep(RETRY_MS, undefined, { signal }).catch(() => {})
      }
    }
  }

  await begin()
  return { head: { latest, finalNumber, block, responds: () => responding }, run }
}
