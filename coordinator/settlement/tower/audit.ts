import { taskIdOf } from '../../../protocol/batch-lines.ts'
import type { Hex } from '../../../protocol/hash.ts'
import type { Address } from '../../../protocol/ids.ts'
import { auditBatch } from '../../flow/batch/audit-batch.ts'
import type { Ledger } from '../../flow/batch/batch-ledger.ts'
import type { Finding } from '../../flow/batch/finding.ts'
import type { ChainReader } from '../chain-reader.ts'
import type { EvidenceLeaves } from '../evidence-leaves.ts'
import type { OpenedNumber } from '../open-lines.ts'
import { type PostedBatch, placeKey } from '../posted-batches.ts'
import { type Around, type Rules, readAnchoredRoot, readFacts } from '../read-facts.ts'
import type { SettledOrders } from '../settled-orders.ts'
import type { Case, Challenge } from './case.ts'
import { challengesOf } from './challenges.ts'
import type { ShownLines } from './shown-lines.ts'

/** What a batch is judged beside. */
export interface Surroundings {
  readonly reader: ChainReader
  readonly rules: Rules
  readonly evidence: EvidenceLeaves
  readonly orders: SettledOrders
  readonly account: Address
  /** The lines of another batch, if they are to be had. */
  readonly linesOf: (id: bigint) => Promise<{ readonly posted: PostedBatch; readonly ledger: Ledger } | null>
}

export type Verdict =
  | { readonly findings: readonly Finding[]; readonly challenge: Challenge | null }
  /** What it cannot be judged without. */
  | { readonly missing: string }

/** Judges a batch by its lines, and finds the call that shows the first of its faults that can be shown now. */
export async function audit(
  surroundings: Surroundings,
  posted: PostedBatch,
  ledger: Ledger,
  shown: ShownLines,
): Promise<Verdict> {
  const { reader, rules, evidence, orders, account } = surroundings
  const { id, batch } = posted
  const parent = batch.parent === 0n ? null : await surroundings.linesOf(batch.parent)
  if (batch.parent !== 0n && !parent) return { missing: `the lines of batch ${batch.parent}, which it continues` }
  const size = Number(batch.evidenceSize)
  const root = batch.penaltyCount === 0n ? noRoot : await readAnchoredRoot(reader, batch)
  if (root !== noRoot && !evidence.agrees(size, root))
    return { missing: `the first ${size} leaves of the evidence log` }
  const around: Around = {
    postedAt: posted.postedAt,
    parent: parent?.ledger.earnings ?? [],
    isSettled: taskId => orders.before(id, taskId) !== null,
    evidenceAt: index => (root !== noRoot && index < size ? evidence.leafAt(Number(index)) : null),
  }
  const findings = auditBatch(batch, ledger, await readFacts(reader, rules, ledger, around))
  if (findings.length === 0) return { findings, challenge: null }
  const earlier = await earlierOrders(surroundings, id, ledger, findings)
  const given: Case = {
    id,
    batch,
    ledger,
    parent: parent && { batch: parent.posted.batch, ledger: parent.ledger },
    settledBefore: line => earlier.get(taskIdOf(rules.domain, line.order)) ?? null,
    evidenceAt: index => {
      const leaf = around.evidenceAt(index)
      return leaf && { leaf, path: evidence.path(Number(index), size) }
    },
    shownSum: (payment, step) => {
      const place = { tree: 'Traces', index: BigInt(payment), sub: BigInt(step) } as const
      return shown.get(placeKey(place)) as OpenedNumber | undefined
    },
  }
  return { findings, challenge: await firstThatHolds(reader, account, challengesOf(findings, given)) }
}

const noRoot: Hex = `0x${'00'.repeat(32)}`

/** Tried on the node first: what the contracts would not see as we do is never sent. */
async function firstThatHolds(
  reader: ChainReader,
  account: Address,
  challenges: Iterable<Challenge>,
): Promise<Challenge | null> {
  for (const challenge of challenges) {
    if ((await reader.tryCall(account, challenge)) === null) return challenge
  }
  return null
}

/** The batches that settle the orders of this one which were found to be settled twice. */
async function earlierOrders(
  { orders, rules, linesOf }: Surroundings,
  id: bigint,
  ledger: Ledger,
  findings: readonly Finding[],
) {
  const found = new Map<Hex, NonNullable<ReturnType<Case['settledBefore']>>>()
  for (const { rule, index } of findings) {
    if (rule !== 'SettledTwice') continue
    const taskId = taskIdOf(rules.domain, ledger.tasks[index]!.order)
    const place = orders.before(id, taskId)
    const lines = place && (await linesOf(place.id))
    if (lines) found.set(taskId, { id: place.id, batch: lines.posted.batch, ledger: lines.ledger, index: place.index })
  }
  return found
}
