import type { Anchor, Bundle } from '../protocol/evidence.ts'
import { type AnchoredLog, readLog } from './anchored-log.ts'
import { checkFinal, checkPosted } from './check-posted-batch.ts'
import { checkSettledLogs } from './check-settled-logs.ts'
import { type Check, type Finding, pointer } from './finding.ts'
import { AnchorFault, openAnchor } from './receipt-proof.ts'

/**
 * Whether blocks of the chain hold the checkpoint and the settlement: the receipts are theirs by Merkle–Patricia proof,
 * and their logs, from the contracts named, say what the bundle says. Of a task that a batch settled: that it was posted, and became final.
 */
export async function checkAnchors(bundle: Bundle): Promise<Check> {
  const { settlement, checkpoint } = bundle.anchors
  const findings = await check(pointer('anchors', 'checkpoint'), checkpoint, logs => checkpointFindings(bundle, logs))
  if (settlement) {
    const where = pointer('anchors', 'settlement')
    if (bundle.batch) findings.push(...(await check(where, settlement, logs => checkPosted(bundle, logs))))
    else {
      findings.push(...(await check(where, settlement, logs => checkSettledLogs(bundle, logs))))
      findings.push(...blockFindings(bundle, settlement))
    }
  }
  const final = bundle.batch?.final
  if (final) findings.push(...(await check(pointer('batch', 'final'), final, logs => checkFinal(bundle, logs))))
  return { name: 'anchors', count: 1 + (settlement ? 1 : 0) + (final ? 1 : 0), findings }
}

async function check(where: string, anchor: Anchor, judge: (logs: AnchoredLog[]) => Finding[]): Promise<Finding[]> {
  try {
    const logs = await openAnchor(anchor)
    return judge(logs.flatMap(log => readLog(log) ?? []))
  } catch (error) {
    if (!(error instanceof AnchorFault)) throw error
    return [{ where: error.field ? `${where}/${error.field}` : where, what: error.message }]
  }
}

function checkpointFindings({ chain, checkpoint }: Bundle, logs: readonly AnchoredLog[]): Finding[] {
  const all = logs.flatMap(log => (log.event === 'Checkpointed' ? [{ ...log.args, address: log.address }] : []))
  const ours = all.filter(({ address }) => address === chain.evidenceLog)
  const size = BigInt(checkpoint.size)
  if (ours.some(log => log.size === size && log.root === checkpoint.root)) return []
  const [log] = ours
  if (log?.size === size) return [{ where: '/checkpoint/root', what: `the chain has ${log.root} for this size` }]
  if (log?.root === checkpoint.root)
    return [{ where: '/checkpoint/size', what: `the chain has ${log.size} for this root` }]
  if (log) return [{ where: '/anchors/checkpoint', what: `it anchors another checkpoint, of ${log.size} leaves` }]
  const [other] = all
  if (other) return [{ where: '/chain/evidenceLog', what: `the anchored checkpoint was written by ${other.address}` }]
  return [{ where: '/anchors/checkpoint', what: 'its receipt holds no checkpoint' }]
}

function blockFindings({ events }: Bundle, { blockNumber }: Anchor): Finding[] {
  const settled = events.map(({ event }) => event).find(event => event.type === 'TaskSettled')
  if (!settled || settled.blockNumber === blockNumber) return []
  const what = `the log has the settlement in block ${settled.blockNumber}, the anchor in ${blockNumber}`
  return [{ where: '/anchors/settlement/blockNumber', what }]
}
