import type { Batch } from '../../../protocol/batch.ts'
import type { Hex } from '../../../protocol/hash.ts'
import type { Log } from '../../../stack/log.ts'
import { auditBatch } from '../../flow/batch/audit-batch.ts'
import type { Ledger } from '../../flow/batch/batch-ledger.ts'
import type { Finding } from '../../flow/batch/finding.ts'
import { settlerTenant } from '../../tenant.ts'
import type { ChainReader } from '../chain-reader.ts'
import type { EvidenceLeaves } from '../evidence-leaves.ts'
import { type Rules, readFacts } from '../read-facts.ts'
import type { Acts } from './acts.ts'

export interface OwnAudit {
  readonly log: Log
  readonly reader: ChainReader
  readonly rules: Rules
  readonly evidence: EvidenceLeaves
  settling(taskId: Hex): bigint | null
}

/**
 * Judges a batch before it is posted as a tower will after: what would be challenged costs the bond.
 * @returns the task lines that anything is wrong with; null where something is wrong with the whole
 */
export async function oddLines(
  { log, reader, rules, evidence, settling }: OwnAudit,
  batch: Batch,
  ledger: Ledger,
  parent: Ledger['earnings'],
): Promise<ReadonlySet<number> | null> {
  const facts = await readFacts(reader, rules, ledger, {
    postedAt: BigInt(await reader.now()),
    parent,
    isSettled: taskId => settling(taskId) !== null,
    evidenceAt: index => evidence.leafAt(Number(index)),
  })
  const odd = new Set<number>()
  for (const finding of auditBatch(batch, ledger, facts)) {
    const task = taskOf(finding, ledger)
    log.error({ ...finding, task }, 'a batch that would be challenged is not posted so')
    if (task === null) return null
    odd.add(task)
  }
  return odd
}

function taskOf({ tree, index }: Finding, { payments, penalties }: Ledger): number | null {
  if (tree === 'Tasks') return index
  const line = tree === 'Payments' ? payments[index] : tree === 'Penalties' ? penalties[index] : undefined
  return line ? Number(line.task) : null
}

/** Has the contracts remember the wallets that signed: a receipt counts if its wallet ever spoke for the agent. */
export async function noteWallets(
  { reader, acts }: { readonly reader: ChainReader; readonly acts: Acts },
  { payments, penalties }: Ledger,
) {
  const signers = new Map(
    [...payments, ...penalties].map(({ agentId, wallet }) => [`${agentId}/${wallet}`, { agentId, wallet }]),
  )
  const unnoted = await Promise.all(
    [...signers].map(async ([name, { agentId, wallet }]) => {
      const isNoted = BigInt(wallet) === 0n || (await reader.read('Domains', 'walletSince', [agentId, wallet])) !== 0n
      return isNoted ? [] : [{ name, agentId }]
    }),
  )
  await acts.doAll(
    unnoted.flat().map(({ name, agentId }) => ({
      keyOf: attempt => ({ tenant: settlerTenant, operation: 'note-wallet', businessId: `${name}/${attempt}` }),
      call: { contract: 'Domains', call: 'noteWallet', args: [agentId] },
    })),
  )
}
