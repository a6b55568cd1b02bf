import type { TaskEventOf } from '../protocol/events.ts'
import type { Bundle } from '../protocol/evidence.ts'
import { settlementForChain } from '../protocol/settlement.ts'
import type { AnchoredLog } from './anchored-log.ts'
import { differences } from './difference.ts'
import { type Finding, shown } from './finding.ts'

const where = '/anchors/settlement'

/** Whether the escrow's logs pay, fine and return what the settlement in the history says. */
export function checkSettledLogs(bundle: Bundle, logs: readonly AnchoredLog[]): Finding[] {
  const computed = bundle.events.map(({ event }) => event).find(event => event.type === 'SettlementComputed')
  if (!computed) return [{ where, what: 'an anchor of a settlement that the history does not have' }]
  const ofTask = logs.filter(({ args }) => 'taskId' in args && args.taskId === bundle.taskId)
  const ours = ofTask.filter(({ address }) => address === bundle.chain.escrow)
  const settled = ours.find(({ event }) => event === 'TaskSettled')
  if (!settled) return [missing(ofTask)]
  return differences(expectedOf(computed), foundIn(ours)).map(({ at, expected, found }) => ({
    where,
    what: `the chain has ${shown(found)} for ${at.slice(1)}, the log has ${shown(expected)}`,
  }))
}

function missing(logs: readonly AnchoredLog[]): Finding {
  const elsewhere = logs.find(({ event }) => event === 'TaskSettled')
  if (elsewhere) return { where: '/chain/escrow', what: `the task was settled by ${elsewhere.address}` }
  return { where, what: 'its receipt does not settle this task' }
}

/** The settlement as the escrow logs it, in the places of the event. */
function expectedOf({ settlement, settlementHash }: TaskEventOf<'SettlementComputed'>): SettledOnChain {
  const { payments, penalties, fee } = settlementForChain(settlement, settlementHash)
  return { settlementHash, settlement: { payments, penalties, fee, refund: settlement.refund } }
}

interface SettledOnChain {
  settlementHash: string
  settlement: {
    payments: { agentId: string; amount: string }[]
    penalties: { agentId: string; amount: string; evidence: string }[]
    fee: string
    refund: string
  }
}

function foundIn(logs: readonly AnchoredLog[]): SettledOnChain {
  const found: SettledOnChain = { settlementHash: '', settlement: { payments: [], penalties: [], fee: '', refund: '' } }
  const { payments, penalties } = found.settlement
  for (const { event, args } of logs) {
    if (event === 'AgentPaid') {
      payments.push({ agentId: String(args.agentId), amount: String(args.amount) })
    } else if (event === 'AgentPenalised') {
      penalties.push({ agentId: String(args.agentId), amount: String(args.amount), evidence: args.evidence })
    } else if (event === 'TaskSettled') {
      found.settlementHash = args.evidence
      found.settlement.fee = String(args.fee)
      found.settlement.refund = String(args.refund)
    }
  }
  return found
}
