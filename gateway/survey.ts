import { jetstreamManager } from '@nats-io/jetstream'
import { Kvm } from '@nats-io/kv'
import { buckets } from '../protocol/subjects.ts'
import type { ChainProfile } from '../stack/chain-profile.ts'
import { openJetstream } from '../stack/publish.ts'
import { createBell } from './bell.ts'
import { readContracts } from './contracts.ts'
import { countAll } from './count.ts'
import { followChain } from './follow.ts'
import type { GatewayOptions } from './gateway-options.ts'
import { openKeyRing } from './keys/ring.ts'
import { surveyLane } from './lane/ground.ts'
import { createLedger } from './ledger.ts'
import { readLowWater } from './low-water.ts'
import { recover } from './recover.ts'
import { restore } from './restore.ts'
import { patient } from './rpc.ts'

const firstAnswerMs = 10_000

type Given = Pick<GatewayOptions, 'nc' | 'rpc' | 'contractRegistry' | 'signers' | 'finalityBlocks' | 'heads' | 'log'>

export interface SurveyOptions extends Given {
  readonly profile: ChainProfile
  readonly pollMs: number
  readonly signal: AbortSignal
}

/** What a gateway finds when it starts: on the bus, on the chain, and of what was left undone. */
export type Survey = Awaited<ReturnType<typeof survey>>

export async function survey(options: SurveyOptions) {
  const { nc, rpc, contractRegistry, finalityBlocks, profile, pollMs, log, signal } = options
  const [js, jsm, kvm] = [openJetstream(nc), await jetstreamManager(nc), new Kvm(nc)]
  const signers = await openKeyRing({ nc, signers: options.signers, log, signal })
  const starting = patient(rpc, { timeoutMs: firstAnswerMs })
  const ledger = createLedger()
  const counts = await countAll(starting, signers.byAddress.keys())
  const cursors = await kvm.open(buckets.cursors)
  const [contracts, following, recovered, leases, strays, lane] = await Promise.all([
    readContracts(starting, contractRegistry),
    followChain({
      ...{ rpc, finalityBlocks, rules: profile.receipts, pollMs },
      ...{ heads: options.heads ?? { ...createBell(), isHeard: () => false }, log, signal },
    }),
    recover(nc, ledger, counts, await readLowWater(cursors)),
    kvm.open(buckets.leases),
    kvm.open(buckets.strays),
    surveyLane(starting, signers),
  ])
  return {
    ...{ js, jsm, signers, starting, ledger, contracts, following, lane },
    buckets: { cursors, leases, strays },
    /** Of the last entry that was read when the ledger was made. */
    after: recovered.after,
    restoring: await restore({ rpc: starting, log }, recovered.lost),
  }
}
