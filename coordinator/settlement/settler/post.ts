import type { NatsConnection } from '@nats-io/nats-core'
import { taskIdOf } from '../../../protocol/batch-lines.ts'
import type { Hex } from '../../../protocol/hash.ts'
import type { SigningDomain } from '../../../protocol/typed-data.ts'
import { putArtifact } from '../../../stack/artifacts.ts'
import { headerOf, type Ledger } from '../../flow/batch/batch-ledger.ts'
import { buildLedger } from '../../flow/batch/build-batch.ts'
import { putOnChain, signHead } from '../../keeper.ts'
import { postKey } from '../../tenant.ts'
import { writeBatchFile } from '../batch-file.ts'
import type { Acts } from './acts.ts'
import { type Gathering, gather } from './gather.ts'
import { noteWallets, type OwnAudit, oddLines } from './own-audit.ts'
import type { Standing } from './standing.ts'

export interface Posting extends Gathering, OwnAudit {
  readonly nc: NatsConnection
  readonly acts: Acts
  readonly standing: Standing
  readonly domain: SigningDomain
  /** Of the keeper of the evidence log. */
  readonly privateKey: Hex
  /** The most tasks of a batch. */
  readonly most: number
}

/** Posts one batch of what waits, on top of the last that stands. @returns whether it did */
export async function post(posting: Posting): Promise<boolean> {
  const { nc, log, reader, standing, acts, tasks, domain, most } = posting
  const hidden = await standing.read()
  if (hidden.length > 0) {
    log.warn({ batches: hidden.map(String) }, 'no batch can be posted while these show nobody their lines')
    return false
  }
  const tip = await reader.read('Batches', 'tip', [])
  const parent = await earningsOf(standing, tip)
  if (!parent) {
    log.warn({ batch: `${tip}` }, 'no batch can be posted on one whose lines are not known')
    return false
  }
  const settled = await gather(posting, tasks.waiting(), most)
  if (settled.length === 0) return false
  const ledger = buildLedger(settled, parent)
  await noteWallets(posting, ledger)
  const evidenceSize = await anchorEvidence(posting, ledger)
  const data = await putArtifact(nc, writeBatchFile(ledger))
  const batch = headerOf(ledger, { parent: tip, data, evidenceSize })
  const odd = await oddLines(posting, batch, ledger, parent)
  if (!odd || odd.size > 0) {
    for (const line of odd ?? []) tasks.forget(taskIdOf(domain, ledger.tasks[line]!.order))
    return false
  }
  const isPosted = await acts.do(attempt => postKey(batch, attempt), {
    contract: 'Batches',
    call: 'post',
    args: [batch],
  })
  if (isPosted) log.info({ tasks: settled.length, parent: `${tip}`, data }, 'a batch was posted')
  return isPosted
}

/** What agents have earned up to a batch; null while its lines are not known. */
async function earningsOf(standing: Standing, id: bigint): Promise<Ledger['earnings'] | null> {
  if (id === 0n) return []
  const posted = standing.get(id)
  const ledger = posted && (await standing.linesOf(posted))
  return ledger?.earnings ?? null
}

/** Anchors the evidence of penalties, where there are any. @returns the size that the batch names */
async function anchorEvidence({ nc, domain, privateKey, evidence }: Posting, { penalties }: Ledger): Promise<bigint> {
  if (penalties.length === 0) return 0n
  const checkpoint = signHead(domain, privateKey, evidence.head())
  await putOnChain(nc, checkpoint)
  return BigInt(checkpoint.size)
}
