import { nuid } from '@nats-io/nats-core'
import { streams } from '../protocol/subjects.ts'
import type { ChainProfile } from '../stack/chain-profile.ts'
import { roomOf } from '../stack/payload.ts'
import { createSlots } from '../stack/slots.ts'
import { putDown, release } from './adopt.ts'
import { createCallNeeds } from './call-needs.ts'
import { countOf } from './count.ts'
import { createDesk } from './desk.ts'
import { followLedger } from './follow-ledger.ts'
import { createFunds } from './funds.ts'
import type { GatewayOptions } from './gateway-options.ts'
import { openJournal } from './journal.ts'
import { createLane } from './lane/create-lane.ts'
import { type Leases, openLeases } from './leases.ts'
import type { Life } from './life.ts'
import { inTurn } from './message.ts'
import { createNonces } from './nonces.ts'
import type { Patience, Pipeline } from './pipeline.ts'
import { openPools } from './pools/open-pools.ts'
import { createShare } from './pools/share.ts'
import type { Survey } from './survey.ts'
import { catchUp } from './work.ts'

/** Estimates and sends with the node at once: more only queue up inside it. */
const inFlight = 256
/** What a healthy chain needs for a message, many times over; a business side that is well acts within seconds. */
const usualPatience: Patience = { unsettledMs: 60_000, unheardMs: 30_000 }

export interface PipelineOptions
  extends Pick<GatewayOptions, 'nc' | 'rpc' | 'batches' | 'meter' | 'patience' | 'pools' | 'log'> {
  readonly profile: ChainProfile
  readonly signal: AbortSignal
}

/**
 * What the stages work with, and what keeps it so: who reads what other gateways store, and who shares the keys with them.
 * Each of them settles after the signal.
 */
export async function openPipeline(options: PipelineOptions, found: Survey) {
  const { nc, rpc, profile, meter, log, signal } = options
  const { js, jsm, signers, contracts, ledger, restoring } = found
  const { head } = found.following
  const [desk, nonces] = [createDesk(), createNonces()]
  // Another gateway, or another door of this one, has stored something about a message that may be in hand here.
  const onNews = ({ messageId }: Life) => {
    const message = desk.get(messageId)
    if (message !== undefined) void inTurn(message, () => catchUp(pipeline, message))
  }
  const entries = followLedger({ nc, ledger, after: found.after, log, signal, onNews })
  const reading = entries.run()
  const funds = createFunds({ rpc, head })
  const ground = { rpc: found.starting, contracts, signers, log, roster: ledger.roster, head, funds }
  const pools = await openPools(ground, options.pools ?? new Map())
  const writer = nuid.next()
  const share = createShare({
    ...{ nc, writer, pools: pools.list, signal, load: ledger.roster.load },
    holds: key => leases.holds(key),
    giveUp: key => leases.giveUp(key, () => putDown(pipeline, key)),
  })
  const leases: Leases = await openLeases({
    ...{ nc, log, writer, leases: found.buckets.leases, signers: signers.byAddress.keys(), yields: share.yields },
    onTaken: async signer => {
      // Whatever another gateway has numbered is known before anything is numbered here.
      await entries.upTo((await jsm.streams.info(streams.chainTx)).state.last_seq)
      nonces.begin(signer, await countOf(rpc, signer), ledger.taken(signer).union(restoring.kept(signer)))
    },
    onLost: signer => release(pipeline, signer),
  })
  const pipeline: Pipeline = {
    ...{ rpc, profile, contracts, signers, head, log, signal, ledger, desk, nonces, leases },
    ...{ pools, entries, funds, meter, restoring, strays: found.buckets.strays },
    journal: openJournal({ js, jsm, ledger, onStored: entries.stored, log, signal }),
    slots: createSlots(inFlight),
    needs: createCallNeeds(),
    lane: createLane({ policy: options.batches, ground: found.lane, pipeline: () => pipeline }),
    patience: options.patience ?? usualPatience,
    room: roomOf(nc),
  }
  return { pipeline, running: [reading, ...(pools.list.size > 0 ? [share.run()] : [])] }
}
