import { jetstreamManager } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { type NatsConnection, nuid } from '@nats-io/nats-core'
import type { Address } from '../protocol/ids.ts'
import { buckets, streams, subjects } from '../protocol/subjects.ts'
import { type ChainProfile, profileNamed } from '../stack/chain-profile.ts'
import type { Log } from '../stack/log.ts'
import { openJetstream } from '../stack/publish.ts'
import { createSlots } from '../stack/slots.ts'
import { putDown, release } from './adopt.ts'
import { startAnchoring } from './anchors/start-anchoring.ts'
import type { TreeLimits } from './anchors/tree-limits.ts'
import { type Bell, createBell } from './bell.ts'
import { createCallNeeds } from './call-needs.ts'
import { readContracts } from './contracts.ts'
import { countAll, countOf } from './count.ts'
import { createDesk } from './desk.ts'
import { openDoors } from './doors.ts'
import { openEventLog } from './event-log.ts'
import { followChain } from './follow.ts'
import { followLedger } from './follow-ledger.ts'
import { createFunds } from './funds.ts'
import { openJournal } from './journal.ts'
import { openKeyRing } from './keys/ring.ts'
import type { Signers } from './keys/signer.ts'
import { createLane } from './lane/create-lane.ts'
import { surveyLane } from './lane/ground.ts'
import type { LanePolicy } from './lane/lane.ts'
import { type Leases, openLeases } from './leases.ts'
import { createLedger } from './ledger.ts'
import type { Life } from './life.ts'
import type { Meter } from './limits/meter.ts'
import { listen } from './listen.ts'
import type { DeliveryLimits } from './listeners/ground.ts'
import type { Reach } from './listeners/reach.ts'
import { startListeners } from './listeners/start-listeners.ts'
import { keepLowWater, readLowWater } from './low-water.ts'
import { inTurn } from './message.ts'
import { createNonces } from './nonces.ts'
import { onBlock, onRetract } from './on-block.ts'
import type { Patience, Pipeline } from './pipeline.ts'
import { openPools } from './pools/open-pools.ts'
import type { PoolList } from './pools/pool-list.ts'
import { createShare } from './pools/share.ts'
import { recover } from './recover.ts'
import { restore } from './restore.ts'
import { patient, type Rpc } from './rpc.ts'
import { tend } from './tend.ts'
import { catchUp } from './work.ts'

/** A block of 0.25 s is noticed within a fifth of it. One small request each time. */
const POLL_MS = 50
/** Estimates and sends with the node at once: more only queue up inside it. */
const IN_FLIGHT = 256
const FIRST_ANSWER_MS = 10_000
/** What a healthy chain needs for a message, many times over; a business side that is well acts within seconds. */
const PATIENCE: Patience = { unsettledMs: 60_000, unheardMs: 30_000 }

export type GatewayOptions = {
  nc: NatsConnection
  rpc: Rpc
  contractRegistry: Address
  signers: Signers
  finalityBlocks: number
  /** What the chain is like; left out, nothing is known of it. */
  profile?: ChainProfile
  /** Rung when a node says that it has a new head. */
  heads?: Bell
  /** Counts what each tenant sends. */
  meter: Meter
  /** How far webhooks may reach. */
  webhookReach: Reach
  deliveryLimits?: Partial<DeliveryLimits>
  patience?: Patience
  batches: LanePolicy
  trees: TreeLimits
  /** Keys that share messages. */
  pools?: PoolList
  log: Log
  /**
   * Called when the gateway can no longer be trusted to go on, with the reason: the chain took back what was final, or is
   * another than its profile says.
   */
  onHalt: (reason: unknown) => void
}

export interface Gateway {
  /** Takes nothing new, finishes the step that each message is at, and leaves the rest to the next start. */
  stop(): Promise<void>
}

/** Starts the one room that writes to the chain and watches it. The streams must be there. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { nc, rpc, contractRegistry, finalityBlocks, log, profile = profileNamed('other') } = options
  const stopping = new AbortController()
  const { signal } = stopping
  const [js, jsm, kvm] = [openJetstream(nc), await jetstreamManager(nc), new Kvm(nc)]
  const signers = await openKeyRing({ nc, signers: options.signers, log, signal })
  const starting = patient(rpc, { timeoutMs: FIRST_ANSWER_MS })
  const [ledger, desk, nonces] = [createLedger(), createDesk(), createNonces()]
  const counts = await countAll(starting, signers.byAddress.keys())
  const blocks = createBell()
  const cursors = await kvm.open(buckets.cursors)
  const [contracts, following, recovered, leaseBucket, strays, laneGround] = await Promise.all([
    readContracts(starting, contractRegistry),
    followChain({
      ...{ rpc, finalityBlocks, rules: profile.receipts, pollMs: POLL_MS },
      ...{ heads: options.heads ?? createBell(), log, signal },
    }),
    recover(nc, ledger, counts, await readLowWater(cursors)),
    kvm.open(buckets.leases),
    kvm.open(buckets.strays),
    surveyLane(starting, signers),
  ])
  const { head } = following
  await restore({ rpc: starting, log }, recovered.lost)

  // Another gateway, or another door of this one, has stored something about a message that may be in hand here.
  const onNews = ({ messageId }: Life) => {
    const message = desk.get(messageId)
    if (message !== undefined) void inTurn(message, () => catchUp(pipeline, message))
  }
  const entries = followLedger({ nc, ledger, after: recovered.after, log, signal, onNews })
  const reading = entries.run()
  const funds = createFunds({ rpc, head })
  const ground = { rpc: starting, contracts, signers, log, roster: ledger.roster, head, funds }
  const pools = await openPools(ground, options.pools ?? new Map())
  const writer = nuid.next()
  const share = createShare({
    ...{ nc, writer, pools: pools.list, signal, load: ledger.roster.load },
    holds: key => leases.holds(key),
    giveUp: key => leases.giveUp(key, () => putDown(pipeline, key)),
  })
  const leases: Leases = await openLeases({
    ...{ nc, log, writer, leases: leaseBucket, signers: signers.byAddress.keys(), yields: share.yields },
    onTaken: async signer => {
      // Whatever another gateway has numbered is known before anything is numbered here.
      await entries.upTo((await jsm.streams.info(streams.chainTx)).state.last_seq)
      nonces.begin(signer, await countOf(rpc, signer), ledger.taken(signer))
    },
    onLost: signer => release(pipeline, signer),
  })
  const pipeline: Pipeline = {
    ...{ rpc, profile, contracts, signers, head, log, signal, ledger, desk, nonces, leases, strays },
    ...{ pools, entries, funds },
    needs: createCallNeeds(),
    journal: openJournal({ js, jsm, ledger, onStored: entries.stored, log, signal }),
    slots: createSlots(IN_FLIGHT),
    lane: createLane({ policy: options.batches, ground: laneGround, pipeline: () => pipeline }),
    meter: options.meter,
    patience: options.patience ?? PATIENCE,
  }

  let halted = false
  // Who follows the chain and who reads its events may find the same.
  const halt = (reason: unknown) => {
    if (halted) return
    halted = true
    void stop()
    options.onHalt(reason)
  }
  const loops = [
    reading,
    following
      .run({
        block: block => {
          blocks.ring()
          onBlock(pipeline, block)
        },
        retract: block => onRetract(pipeline, block),
      })
      .catch(halt),
    listen({
      ...{ rpc, rules: profile.receipts, head, contracts, log, signal, pollMs: POLL_MS, blocks },
      events: openEventLog({ js, jsm, cursors }),
      isMine: () => leases.holds(signers.relayer),
    }).catch(halt),
    tend(pipeline),
    ...(pools.list.size > 0 ? [share.run()] : []),
    keepLowWater(cursors, { ledger, lastSeq: entries.lastSeq, log, signal }),
  ]
  const listeners = await startListeners({
    ...{ nc, js, jsm, reach: options.webhookReach, log },
    ...(options.deliveryLimits === undefined ? {} : { limits: options.deliveryLimits }),
  })
  const anchoring = startAnchoring({ nc, js, jsm, pipeline, limits: options.trees })
  // Whoever publishes it knows already; a hint that is lost is made good when this gateway begins to publish.
  const registry = nc.subscribe(subjects.chainEvent('ContractRegistry', '*'), {
    callback: () => void contracts.refresh().catch(error => log.warn({ err: error }, 'the registry is read later')),
  })
  const doors = [registry, ...openDoors(nc, pipeline), ...anchoring.doors]

  async function stop(): Promise<void> {
    await Promise.all(doors.map(door => door.drain().catch(() => {})))
    stopping.abort()
    await Promise.all([...loops, anchoring.done, listeners.stop()])
    await Promise.all(desk.all().map(message => message.turn))
    const news = desk.all().filter(({ noted }) => noted.length > 0)
    await Promise.allSettled(news.map(message => pipeline.journal.append(message)))
    await leases.stop()
  }
  return { stop }
}
