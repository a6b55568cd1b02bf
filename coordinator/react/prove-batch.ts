import { withoutBigints } from '../../protocol/batch-json.ts'
import type { Json } from '../../protocol/canonical.ts'
import { messageIdOf } from '../../protocol/chain-message.ts'
import type { TaskEventOf } from '../../protocol/events.ts'
import type { Anchor, BatchPart } from '../../protocol/evidence.ts'
import { getArtifact } from '../../stack/artifacts.ts'
import { readRecords } from '../../stack/chain-records.ts'
import { readBatchFile } from '../settlement/batch-file.ts'
import { type Opened, OpenLines } from '../settlement/open-lines.ts'
import { finaliseKey } from '../tenant.ts'
import type { World } from './context.ts'

/** What of its batch a bundle has of a task: its lines opened, and that the batch became final. */
export async function batchPart(
  world: Pick<World, 'nc' | 'jsm' | 'proofs'>,
  { batch, data, line, message }: TaskEventOf<'TaskBatched'>,
): Promise<BatchPart> {
  const records = await readRecords(world.jsm, message)
  const header = records.find(({ record }) => record.intent)?.record.intent?.args[0]
  const ledger = readBatchFile(await getArtifact(world.nc, data))
  if (header === undefined || !ledger) throw new Error(`batch ${batch} cannot be read now`)
  const lines = new OpenLines(ledger)
  const { firstPayment, endPayment, firstPenalty, endPenalty } = ledger.tasks[line]!
  return {
    id: batch,
    header,
    task: opened(lines.task(line)),
    payments: numbers(firstPayment, endPayment).map(index => opened(lines.payment(index))),
    penalties: numbers(firstPenalty, endPenalty).map(index => opened(lines.penalty(index))),
    final: await finalProof(world, batch),
  }
}

/** Null where another made it final: then no message of a settler did. */
async function finalProof(world: Pick<World, 'jsm' | 'proofs'>, batch: string): Promise<Anchor | null> {
  for (let attempt = 0; ; attempt++) {
    const messageId = messageIdOf(finaliseKey(batch, attempt))
    const records = await readRecords(world.jsm, messageId)
    if (records.some(({ record }) => record.state === 'FINAL')) return world.proofs.of(messageId)
    if (records.length === 0) return null
  }
}

function opened<Line>({ line, index, path }: Opened<Line>): BatchPart['task'] {
  return { line: withoutBigints(line) as Json, index: Number(index), path: [...path] }
}

function numbers(from: bigint, end: bigint): number[] {
  return Array.from({ length: Number(end - from) }, (_, place) => Number(from) + place)
}
