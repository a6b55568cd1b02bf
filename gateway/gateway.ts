import { setTimeout as sleep } from 'node:timers/promises'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import type { NatsConnection } from '@nats-io/nats-core'
import { z } from 'zod'
import { ChainIntent } from '../protocol/chain-message.ts'
import type { Hex } from '../protocol/hash.ts'
import type { Address } from '../protocol/ids.ts'
import { buckets, subjects } from '../protocol/subjects.ts'
import type { Log } from '../stack/log.ts'
import { serve } from '../stack/serve.ts'
import { admit } from './admit.ts'
import type { Block } from './block.ts'
import { carry, work } from './carry.ts'
import { Completion, complete } from './complete.ts'
import { readContracts } from './contracts.ts'
import { createDesk } from './desk.ts'
import { openEventLog } from './event-log.ts'
import { fillGaps } from './fill.ts'
import { finalise } from './finalise.ts'
import { followChain } from './follow.ts'
import { openJournal } from './journal.ts'
import type { Signers } from './keys.ts'
import { listen } from './listen.ts'
import type { DeliveryLimits } from './listeners/ground.ts'
import type { Reach } from './listeners/reach.ts'
import { startListeners } from './listeners/start-listeners.ts'
import { lookAfterAll } from './look-after.ts'
import { mine } from './mine.ts'
import { createNonces } from './nonces.ts'
import { note, type Pipeline } from './pipeline.ts'
import { recover } from './recover.ts'
import { restore } from './restore.ts'
import { patient, type Rpc } from './rpc.ts'
import { createSlots } from './slots.ts'

/** A block of 0.25 s is noticed within a fifth of it. One small request each time. */
const POLL_MS = 50
const LOOK_AFTER_MS = 250
/** Estimates and sends with the node at once: more only queue up inside it. */
const IN_FLIGHT = 256
const FIRST_ANSWER_MS = 10_000

export type GatewayOptions = {
  nc: NatsConnection
  rpc: Rpc
  contractRegistry: Address
  signers: Signers
  finalityBlocks: number
  /** How far webhooks may reach. */
  webhookReach: Reach
  deliveryLimits?: Partial<DeliveryLimits>
  log: Log
  /** Called when the gateway can no longer be trusted to go on, with the reason: the chain took back what was final. */
  onHalt: (reason: unknown) => void
}

export interface Gateway {
  /** Takes nothing new, finishes the step that each message is at, and leaves the rest to the next start. */
  stop(): Promise<void>
}

/** Starts the one room that writes to the chain and watches it. The streams must be there. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { nc, rpc, contractRegistry, signers, finalityBlocks, log } = options
  const stopping = new AbortController()
  const { signal } = stopping
  const js = jetstream(nc)
  const jsm = await jetstreamManager(nc)
  const starting = patient(rpc, { timeoutMs: FIRST_ANSWER_MS })
  const counts = await countAll(starting, signers)
  const [contracts, following, recovered, cursors] = await Promise.all([
    readContracts(starting, contractRegistry),
    followChain({ rpc, finalityBlocks, pollMs: POLL_MS, log, signal }),
    recover(nc, counts),
    new Kvm(nc).open(buckets.cursors),
  ])
  const { head } = following
  const pipeline: Pipeline = {
    rpc,
    contracts,
    signers,
    head,
    log,
    signal,
    journal: openJournal({ js, jsm, log, signal }),
    desk: createDesk(),
    nonces: createNonces(counts, recovered.taken),
    slots: createSlots(IN_FLIGHT),
  }

  await restore({ rpc: starting, log }, recovered.lost)
  for (const { life, lastSeq } of recovered.open) pipeline.desk.take(life, lastSeq)
  for (const message of pipeline.desk.all()) void carry(pipeline, message)

  const halt = (reason: unknown) => {
    void stop()
    options.onHalt(reason)
  }
  const loops = [
    following
      .run({ block: block => onBlock(pipeline, block), retract: block => onRetract(pipeline, block) })
      .catch(halt),
    listen({ rpc, head, contracts, events: openEventLog({ js, jsm, cursors }), pollMs: POLL_MS, log, signal }),
    lookAfter(pipeline),
  ]
  const listeners = await startListeners({
    ...{ nc, js, jsm, reach: options.webhookReach, log },
    ...(options.deliveryLimits === undefined ? {} : { limits: options.deliveryLimits }),
  })
  const door = { queue: 'gateway', log }
  const doors = [
    serve(nc, { ...door, subject: subjects.chainSubmit('*'), schema: ChainIntent }, (intent, subject) =>
      admit(pipeline, subject.split('.').at(-1)!, intent),
    ),
    serve(nc, { ...door, subject: subjects.chainDone, schema: Completion }, completion =>
      complete(pipeline, completion),
    ),
    serve(nc, { ...door, subject: subjects.chainInfo, schema: z.unknown() }, async () => contracts.info()),
  ]

  async function stop(): Promise<void> {
    await Promise.all(doors.map(door => door.drain().catch(() => {})))
    stopping.abort()
    await Promise.all([...loops, listeners.stop()])
    await Promise.all(pipeline.desk.all().map(message => message.turn))
    const news = pipeline.desk.all().filter(({ noted }) => noted.length > 0)
    await Promise.allSettled(news.map(message => pipeline.journal.append(message)))
  }
  return { stop }
}

async function countAll(rpc: Rpc, signers: Signers): Promise<Map<Hex, number>> {
  const addresses = [...signers.byAddress.keys()]
  const counts = await Promise.all(addresses.map(address => rpc<Hex>('eth_getTransactionCount', [address, 'latest'])))
  return new Map(addresses.map((address, index) => [address, Number(counts[index])]))
}

/** Egress: what was mined in this block, and what it has made final. */
function onBlock(pipeline: Pipeline, block: Block): void {
  for (const receipt of block.receipts) {
    const message = pipeline.desk.byTransaction(receipt.transactionHash)
    if (message !== undefined) void work(pipeline, message, () => mine(pipeline, message, receipt))
  }
  for (const message of pipeline.desk.all()) {
    const { state, mined } = message.life
    if (state !== 'MINED' || mined!.blockNumber > pipeline.head.finalNumber()) continue
    void work(pipeline, message, () => finalise(pipeline, message))
  }
}

/** The chain has taken a block back, and what was mined in it is to be sent again. */
function onRetract(pipeline: Pipeline, block: Block): void {
  for (const message of pipeline.desk.all()) {
    void work(pipeline, message, async () => {
      if (message.life.state !== 'MINED' || message.life.mined!.blockHash !== block.hash) return
      note(pipeline, message, { state: 'REORGED', cause: `block ${block.hash} is no longer on the chain` })
    })
  }
}

async function lookAfter(pipeline: Pipeline): Promise<void> {
  const { head, log, signal } = pipeline
  while (!signal.aborted) {
    if (head.responds()) {
      lookAfterAll(pipeline)
      await fillGaps(pipeline).catch(error => log.warn({ err: error }, 'a gap is filled later'))
    }
    await sleep(LOOK_AFTER_MS, undefined, { signal }).catch(() => {})
  }
}
