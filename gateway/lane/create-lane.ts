import type { ChainIntent } from '../../protocol/chain-message.ts'
import type { Address } from '../../protocol/ids.ts'
import { senderOf } from '../estimate.ts'
import type { Message } from '../message.ts'
import type { Pipeline } from '../pipeline.ts'
import { isBatch } from './batch.ts'
import { form } from './form.ts'
import type { LaneGround } from './ground.ts'
import type { Lane, LanePolicy } from './lane.ts'

/** What comes within this goes together. While a batch is under way the next gathers anyway. */
const GATHER_MS = 20

export type LaneOptions = { policy: LanePolicy; ground: LaneGround; pipeline: () => Pipeline }

export function createLane({ policy, ground, pipeline }: LaneOptions): Lane {
  const lanes = new Map<Address, Set<Message>>()
  const forming = new Set<Address>()

  function isFor(signer: Address, intent: ChainIntent): boolean {
    if (!ground.signers.has(signer) || intent.orderKey !== undefined) return false
    const lane = intent.lane ?? (policy.tenants.has(intent.tenant) ? 'batch' : 'single')
    return lane === 'batch' && intent.value === '0'
  }

  function goesTogether(signer: Address, { life, alone, released }: Message): boolean {
    const { intent, state, batches } = life
    if (state !== 'ADMITTED' || alone || released || batches > 0) return false
    return isFor(signer, intent) && !isBatch(life)
  }

  function wake(signer: Address): void {
    if (forming.has(signer) || !lanes.get(signer)?.size) return
    forming.add(signer)
    setTimeout(() => void formNext(signer), GATHER_MS)
  }

  async function formNext(signer: Address): Promise<void> {
    const { signal, log } = pipeline()
    try {
      if (!signal.aborted && !isUnderWay(pipeline(), signer)) await form(pipeline(), signer)
    } catch (error) {
      if (!signal.aborted) log.warn({ signer, err: error }, 'a batch is formed later')
    } finally {
      forming.delete(signer)
    }
  }

  return {
    code: ground.code,
    wake,
    isFor,
    join(message) {
      const signer = senderOf(pipeline(), message.life)
      if (!goesTogether(signer, message)) return false
      const waiting = lanes.get(signer) ?? new Set<Message>()
      lanes.set(signer, waiting.add(message))
      wake(signer)
      return true
    },
    waits: message => [...lanes.values()].some(waiting => waiting.has(message)),
    leave(message) {
      for (const waiting of lanes.values()) waiting.delete(message)
    },
    waiting(signer) {
      const waiting = lanes.get(signer) ?? new Set<Message>()
      for (const message of waiting) if (!goesTogether(signer, message)) waiting.delete(message)
      return [...waiting].sort((a, b) => urgencyOf(b) - urgencyOf(a) || a.order - b.order)
    },
    tend() {
      for (const signer of lanes.keys()) wake(signer)
    },
    maxGas() {
      const ofBlock = BigInt(pipeline().head.latest().header.gasLimit)
      return policy.maxGas < ofBlock ? policy.maxGas : ofBlock
    },
  }
}

/**
 * One batch at a time: nodes keep a single transaction of an account that has delegated (geth, reth), and what comes
 * meanwhile makes the next one larger.
 */
function isUnderWay({ desk }: Pipeline, signer: Address): boolean {
  return desk.all().some(({ life }) => isBatch(life) && life.intent.from === signer && life.state !== 'MINED')
}

function urgencyOf({ life }: Message): number {
  return life.intent.urgent ? 1 : 0
}
