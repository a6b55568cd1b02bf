import { BatchHeader, withoutBigints } from '../protocol/batch-json.ts'
import type { Bundle } from '../protocol/evidence.ts'
import type { AnchoredLog } from './anchored-log.ts'
import { differences } from './difference.ts'
import { type Finding, pointer, shown } from './finding.ts'

/** Whether the batch was posted as the bundle has it, under its number. */
export function checkPosted({ chain, batch }: Bundle, logs: readonly AnchoredLog[]): Finding[] {
  const all = logs.flatMap(log => (log.event === 'BatchPosted' ? [log] : []))
  const posted = all.find(({ address, args }) => address === chain.batches && `${args.id}` === batch!.id)
  if (!posted) return [missing('/anchors/settlement', 'it does not post the batch', all, chain.batches)]
  const { data: header } = BatchHeader.safeParse(batch!.header)
  // Contracts' libraries write addresses with capitals as a checksum.
  const debits = posted.args.batch.debits.map(debit => ({ ...debit, requester: debit.requester.toLowerCase() }))
  const onChain = BatchHeader.safeParse(withoutBigints({ ...posted.args.batch, debits }))
  return differences(withoutBigints(onChain.data), withoutBigints(header)).map(({ at, expected, found }) => ({
    where: pointer('batch', 'header') + at,
    what: `the chain has ${shown(expected)}, the bundle ${shown(found)}`,
  }))
}

/** Whether the batch became final. */
export function checkFinal({ chain, batch }: Bundle, logs: readonly AnchoredLog[]): Finding[] {
  const all = logs.flatMap(log => (log.event === 'BatchFinalised' ? [log] : []))
  const isOurs = all.some(({ address, args }) => address === chain.batches && `${args.id}` === batch!.id)
  return isOurs ? [] : [missing('/batch/final', 'it does not make the batch final', all, chain.batches)]
}

function missing(where: string, what: string, logs: readonly AnchoredLog[], batches: string | undefined): Finding {
  const [elsewhere] = logs.filter(({ address }) => address !== batches)
  return elsewhere ? { where: '/chain/batches', what: `the batch is one of ${elsewhere.address}` } : { where, what }
}
