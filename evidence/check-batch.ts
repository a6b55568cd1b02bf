import { type OwnLines, ownLinesOf, withoutOthers } from '../coordinator/flow/batch/own-lines.ts'
import { settledTaskOf } from '../coordinator/flow/batch/settled-task.ts'
import type { Batch } from '../protocol/batch.ts'
import { BatchHeader, PaymentLine, PenaltyLine, TaskLine } from '../protocol/batch-json.ts'
import { hashLine, type Lines } from '../protocol/batch-lines.ts'
import { type BatchPart, type Bundle, leafHash } from '../protocol/evidence.ts'
import type { Hex } from '../protocol/hash.ts'
import { rootOfInclusion } from '../protocol/merkle.ts'
import { differences } from './difference.ts'
import { type Check, eventAt, type Finding, pointer, shown } from './finding.ts'

/**
 * Whether the batch that settled the task has its lines, and they say what follows from the task's log: the order, pool, fee,
 * shares, amounts, receipts and penalties, computed again. Running totals over lines of other tasks cannot be seen here.
 */
export function checkBatch(bundle: Bundle): Check {
  const { batch } = bundle
  const index = bundle.events.findLastIndex(({ event }) => event.type === 'TaskBatched')
  const isBatched = index >= 0 && !bundle.events.slice(index).some(({ event }) => event.type === 'BatchFell')
  if (!batch || !isBatched) {
    const what = batch ? 'a batch that the history does not have' : 'the task was settled by a batch that is not here'
    const findings = batch || isBatched ? [{ where: '/batch', what }] : []
    return { name: 'batch', count: batch || isBatched ? 1 : 0, findings }
  }
  const read = readPart(batch)
  if (!read) return { name: 'batch', count: 1, findings: [{ where: '/batch', what: 'its lines are none of a batch' }] }
  const count = 2 + read.payments.length + read.penalties.length
  const findings = [...namedFindings(bundle, batch, read.header, index), ...inclusions(batch, read)]
  return { name: 'batch', count, findings: [...findings, ...recomputed(bundle, batch, read)] }
}

interface ReadPart {
  readonly header: Batch
  readonly task: Lines['TaskLine']
  readonly payments: readonly Lines['PaymentLine'][]
  readonly penalties: readonly Lines['PenaltyLine'][]
}

function readPart({ header, task, payments, penalties }: BatchPart): ReadPart | null {
  const read = {
    header: BatchHeader.safeParse(header),
    task: TaskLine.safeParse(task.line),
    payments: payments.map(({ line }) => PaymentLine.safeParse(line)),
    penalties: penalties.map(({ line }) => PenaltyLine.safeParse(line)),
  }
  if (![read.header, read.task, ...read.payments, ...read.penalties].every(({ success }) => success)) return null
  return {
    header: read.header.data!,
    task: read.task.data!,
    payments: read.payments.map(({ data }) => data!),
    penalties: read.penalties.map(({ data }) => data!),
  }
}

/** What the log says of the batch is what the bundle has of it. */
function namedFindings({ events, anchors }: Bundle, batch: BatchPart, header: Batch, index: number): Finding[] {
  const batched = events[index]!.event
  const settledAt = events.findLastIndex(({ event }) => event.type === 'TaskSettled')
  const settled = events[settledAt]?.event
  if (batched.type !== 'TaskBatched') return []
  const facts = [
    { where: '/batch/id', found: batch.id, expected: batched.batch },
    { where: '/batch/task/index', found: batch.task.index, expected: batched.line },
    { where: '/batch/header/data', found: header.data, expected: batched.data },
    {
      where: eventAt(index, 'blockNumber'),
      found: batched.blockNumber,
      expected: anchors.settlement?.blockNumber ?? batched.blockNumber,
    },
    ...(settled?.type === 'TaskSettled' && batch.final
      ? [
          {
            where: eventAt(settledAt, 'blockNumber'),
            found: settled.blockNumber,
            expected: batch.final.blockNumber,
          },
        ]
      : []),
  ]
  return facts.flatMap(({ where, found, expected }) =>
    found === expected ? [] : [{ where, what: `it is ${shown(found)}, and elsewhere ${shown(expected)}` }],
  )
}

/** Each line lies under a root of the batch, where the task's line says that it lies. */
function inclusions(batch: BatchPart, { header, task, payments, penalties }: ReadPart): Finding[] {
  const inOrder = (lines: readonly { index: number }[], first: bigint, end: bigint) =>
    BigInt(lines.length) === end - first && lines.every(({ index }, place) => BigInt(index) === first + BigInt(place))
  return [
    ...included('TaskLine', task, batch.task, header.tasks, header.taskCount, pointer('batch', 'task')),
    ...payments.flatMap((line, place) =>
      included(
        ...(['PaymentLine', line, batch.payments[place]!, header.payments, header.paymentCount] as const),
        pointer('batch', 'payments', place),
      ),
    ),
    ...penalties.flatMap((line, place) =>
      included(
        ...(['PenaltyLine', line, batch.penalties[place]!, header.penalties, header.penaltyCount] as const),
        pointer('batch', 'penalties', place),
      ),
    ),
    ...(inOrder(batch.payments, task.firstPayment, task.endPayment)
      ? []
      : [{ where: '/batch/payments', what: 'they are not the payments that the task line names' }]),
    ...(inOrder(batch.penalties, task.firstPenalty, task.endPenalty)
      ? []
      : [{ where: '/batch/penalties', what: 'they are not the penalties that the task line names' }]),
  ]
}

function included<Kind extends keyof Lines>(
  kind: Kind,
  line: Lines[Kind],
  { index, path }: BatchPart['task'],
  root: Hex,
  count: bigint,
  where: string,
): Finding[] {
  try {
    if (rootOfInclusion(hashLine(kind, line), index, Number(count), path) === root) return []
  } catch {
    // A number that does not fit its type: no such line was posted.
  }
  return [{ where, what: 'it does not lie under the root of the batch' }]
}

/** The lines of a batch of this task alone say the same, but for what they say of the lines before them. */
function recomputed(bundle: Bundle, batch: BatchPart, read: ReadPart): Finding[] {
  let expected: OwnLines
  try {
    expected = ownLinesOf(settledTaskOf(bundle.taskId, keptEntries(bundle)), batch.task.index)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return [{ where: '/batch', what: `its lines cannot be computed from the history: ${why}` }]
  }
  const found = withoutOthers(read)
  return differences(asInBundle(expected), asInBundle(found)).map(difference => ({
    where: pointer('batch') + difference.at,
    what: `by the history it is ${shown(difference.expected)}, the batch has ${shown(difference.found)}`,
  }))
}

/** In the places of the bundle. */
function asInBundle({ task, payments, penalties }: OwnLines) {
  const placed = (lines: OwnLines['payments']) => lines.map(line => ({ line }))
  return { task: { line: task }, payments: placed(payments), penalties: placed(penalties) }
}

function keptEntries({ taskId, events, leaves }: Bundle) {
  let first = 0
  return leaves.map(({ count, index }) => {
    const part = events.slice(first, first + count)
    const leaf = leafHash({ taskId, first, events: part.map(({ event, hash }) => ({ type: event.type, hash })) })
    first += count
    return { events: part.map(({ event }) => event), leaf, index }
  })
}
