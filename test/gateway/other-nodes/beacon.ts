import { setTimeout as sleep } from 'node:timers/promises'
import { quantity, type RpcHeader } from '../../../gateway/block.ts'
import type { Rpc } from '../../../gateway/rpc.ts'
import type { Hex } from '../../../protocol/hash.ts'

const zero: Hex = `0x${'0'.repeat(64)}`
const feeRecipient: Hex = `0x${'b'.repeat(40)}`
/** What comes into the pool until then is in the block. */
const GATHER_MS = 400
/** Blocks on top of a block after which it is said to be final. */
const FINAL_DEPTH = 2

interface Payload {
  readonly executionPayload: { readonly blockHash: Hex }
  readonly executionRequests: readonly Hex[]
}

/** Makes blocks, one each `blockMs` at most. */
export interface Beacon {
  /** Resolves when no block is under way. */
  pause(): Promise<void>
  resume(): void
  stop(): Promise<void>
}

/**
 * The consensus of one: tells an execution client by the Engine API (Prague) what to build on, has it build, and says which
 * block is final. Blocks are a second apart at least, because their times are in seconds.
 */
export async function startBeacon(engine: Rpc, blockMs: number, onFailure: (error: unknown) => void): Promise<Beacon> {
  const head = (await engine<RpcHeader | null>('eth_getBlockByNumber', ['latest', false]))!
  const hashes: Hex[] = [head.hash]
  let timeS = Number(head.timestamp)
  let paused = false
  let stopped = false
  let underWay: Promise<void> = Promise.resolve()

  const state = () => ({
    ...{ headBlockHash: hashes.at(-1), safeBlockHash: hashes.at(-1) },
    finalizedBlockHash: hashes.at(-1 - FINAL_DEPTH) ?? zero,
  })

  async function makeBlock(): Promise<void> {
    timeS = Math.max(timeS + 1, Math.floor(Date.now() / 1_000))
    const wish = {
      ...{ timestamp: quantity(timeS), prevRandao: zero, suggestedFeeRecipient: feeRecipient },
      ...{ withdrawals: [], parentBeaconBlockRoot: zero },
    }
    const { payloadId } = await engine<{ payloadId: Hex }>('engine_forkchoiceUpdatedV3', [state(), wish])
    await sleep(GATHER_MS)
    const { executionPayload, executionRequests } = await engine<Payload>('engine_getPayloadV4', [payloadId])
    const made = await engine<{ status: string }>('engine_newPayloadV4', [
      executionPayload,
      [],
      zero,
      executionRequests,
    ])
    if (made.status !== 'VALID') throw new Error(`the client calls its own block ${made.status}`)
    hashes.push(executionPayload.blockHash)
    await engine('engine_forkchoiceUpdatedV3', [state(), null])
  }

  const loop = (async () => {
    while (!stopped) {
      const next = performance.now() + blockMs
      if (!paused) {
        underWay = makeBlock()
        await underWay
      }
      await sleep(Math.max(10, next - performance.now()))
    }
  })()
  loop.catch(onFailure)

  return {
    async pause() {
      paused = true
      await underWay
    },
    resume() {
      paused = false
    },
    async stop() {
      stopped = true
      await loop.catch(() => {})
    },
  }
}
