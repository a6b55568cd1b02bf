import type { ChainIntent } from '../../protocol/chain-message.ts'
import type { Address } from '../../protocol/ids.ts'
import { carry } from '../carry.ts'
import { encodeIntent } from '../contracts.ts'
import { senderOf } from '../estimate.ts'
import type { Message } from '../message.ts'
import type { Pipeline } from '../pipeline.ts'
import { work } from '../work.ts'
import { batchIntent, isBatch, onBoard } from './batch.ts'
import { bytesOf } from './calls.ts'
import { depart, isOthers } from './depart.ts'
import { gasForCall } from './gas.ts'
import { Gathering, type Size } from './gathering.ts'
import type { LaneGround } from './ground.ts'
import type { Lane, LanePolicy } from './lane.ts'
import { letOff } from './let-off.ts'

/** What comes within this goes together. While a batch is under way the next gathers anyway. */
const GATHER_MS = 20

/** What a call is taken to use before any was measured; what does not fit after all boards the next batch. */
const USUAL_GAS = 100_000n

/** Stands for the part of a message's id that goes with its call. */
const NAME = '0'.repeat(16)

export type LaneOptions = { policy: LanePolicy; ground: LaneGround; pipeline: () => Pipeline }

export function createLane({ policy, ground, pipeline }: LaneOptions): Lane {
  /** Per signer, in the order in which they go. */
  const lanes = new Map<Address, Gathering[]>()
  const departing = new Set<Address>()
  /** What a call of each signer used, as was last seen. */
  const usual = new Map<Address, bigint>()

  function isFor(signer: Address, intent: ChainIntent): boolean {
    if (!ground.signers.has(signer) || intent.orderKey !== undefined) return false
    const lane = intent.lane ?? (policy.tenants.has(intent.tenant) ? 'batch' : 'single')
    return lane === 'batch' && intent.value === '0'
  }

  function gatheringsOf(signer: Address): Gathering[] {
    const waiting = (lanes.get(signer) ?? []).filter(({ isWaiting }) => isWaiting)
    lanes.set(signer, waiting)
    return waiting
  }

  async function open(signer: Address): Promise<Message> {
    const { journal, desk } = pipeline()
    const cause = 'messages of its signer board it'
    const kept = await journal.begin(batchIntent(signer), [{ state: 'ADMITTED', cause }])
    if (kept === null) throw new Error('the name of the batch is taken')
    return desk.take(kept.life, kept.lastSeq)
  }

  function maxGas(): bigint {
    const ofBlock = BigInt(pipeline().head.latest().header.gasLimit)
    return policy.maxGas < ofBlock ? policy.maxGas : ofBlock
  }

  /** What is urgent goes with the first that can still take it, all else with the last. */
  function roomFor(signer: Address, { urgent }: ChainIntent, size: Size): Gathering {
    const gatherings = gatheringsOf(signer)
    const taking = gatherings.filter(({ isOpen }) => isOpen)
    const found = urgent ? taking[0] : taking.at(-1)
    if (found?.hasRoom(size)) return found
    const made = new Gathering(open(signer), maxGas())
    gatherings.splice(urgent && found ? gatherings.indexOf(found) : gatherings.length, 0, made)
    return made
  }

  function wake(signer: Address): void {
    if (departing.has(signer) || gatheringsOf(signer).length === 0) return
    departing.add(signer)
    setTimeout(() => void letNextGo(signer).finally(() => departing.delete(signer)), GATHER_MS)
  }

  /** What another key of a pool is to send does not wait for what this one has under way. */
  function mayGo(signer: Address, batch: Message): boolean {
    const { leases, signers } = pipeline()
    if (!leases.holds(signer) || performance.now() < batch.notBeforeMs) return false
    if (isOthers(pipeline(), onBoard(pipeline(), batch))) return true
    return signers.decided(signer).frozen === null && !isUnderWay(pipeline(), signer)
  }

  async function letNextGo(signer: Address): Promise<void> {
    const { signal, log } = pipeline()
    const [next] = gatheringsOf(signer)
    if (signal.aborted || next === undefined) return
    try {
      const batch = await next.opened
      if (!mayGo(signer, batch)) return
      await next.close()
      await work(pipeline(), batch, async () => {
        if (next.isWaiting) await depart(pipeline(), batch)
      })
      // The log does not say that it went: who is aboard must not go another way.
      if (batch.life.state === 'ADMITTED') return
      void carry(pipeline(), batch)
      letOff(pipeline(), batch)
    } catch (error) {
      if (!signal.aborted) log.warn({ signer, err: error }, 'a batch goes later')
    }
  }

  return {
    ...{ code: ground.code, isFor, wake, maxGas },
    takes(message) {
      const { life, alone, released } = message
      if (life.state !== 'ADMITTED' || alone || released || life.batches > 0) return false
      return isFor(senderOf(pipeline(), life), life.intent) && !isBatch(life)
    },
    async board(signer, intent, store) {
      const size = sizeOf(intent, usual.get(signer) ?? USUAL_GAS)
      const stored = await roomFor(signer, intent, size).take(size, batch => store(batch.messageId))
      wake(signer)
      return stored
    },
    gather(batch) {
      const signer = batch.life.intent.from as Address
      const waiting = gatheringsOf(signer)
      if (waiting.every(each => each.batch !== batch)) waiting.push(Gathering.of(batch))
      wake(signer)
    },
    waits: batch => [...lanes.values()].flat().some(each => each.batch === batch && each.isWaiting),
    tend() {
      for (const signer of lanes.keys()) wake(signer)
    },
    saw: (signer, gasUsed) => void usual.set(signer, gasUsed),
  }
}

/** In a batch, before it is measured. */
function sizeOf(intent: ChainIntent, usual: bigint): Size {
  const gas = gasForCall(intent.gasLimit === undefined ? usual : BigInt(intent.gasLimit))
  return { bytes: bytesOf({ data: `${encodeIntent(intent)}${NAME}` }), gas }
}

/**
 * One batch at a time: nodes keep a single transaction of an account that has delegated (geth, reth), and what comes
 * meanwhile makes the next one larger.
 */
function isUnderWay({ desk }: Pipeline, signer: Address): boolean {
  const waits = ['ADMITTED', 'MINED']
  return desk.all().some(({ life }) => isBatch(life) && life.intent.from === signer && !waits.includes(life.state))
}
