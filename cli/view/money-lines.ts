import { jetstreamManager } from '@nats-io/jetstream'
import type { Task } from '../../coordinator/flow/state.ts'
import { messageIdOf } from '../../protocol/chain-message.ts'
import type { Consortium } from '../../scenarios/consortium/start-consortium.ts'
import { readRecords } from '../../stack/chain-records.ts'
import type { Naming } from './subtask-lines.ts'

const unit = 1_000_000

/** Who contributed what, was paid and fined how much, and what it cost on chain. */
export async function moneyLines(bus: Pick<Consortium, 'nc'>, task: Task, naming: Naming): Promise<string[]> {
  const { contribution, settlement } = task
  if (!contribution || !settlement) return []
  const { whole, shares } = contribution.contribution
  const { payments, penalties, fee, refund, budget } = settlement.settlement
  const paid = new Map(payments.map(({ agentId, amount }) => [agentId, amount]))
  const rows = shares.map(({ agentId, share }) => {
    const part = whole === '0' ? 0 : Number((BigInt(share) * 10_000n) / BigInt(whole)) / 100
    return `  ${naming(agentId).name.padEnd(24)} ${`${part.toFixed(2)} %`.padStart(9)} ${money(paid.get(agentId) ?? '0')}`
  })
  const fines = penalties.map(
    ({ agentId, amount, fault }) => `  ${naming(agentId).name.padEnd(24)} ${fault.padStart(9)} ${money(`-${amount}`)}`,
  )
  return [
    'Contribution and reward (ENT)',
    ...rows,
    ...(fines.length > 0 ? ['Penalty, from the stake (ENT)', ...fines] : []),
    `  fee ${money(fee).trim()}, refund ${money(refund).trim()}, of a budget of ${money(budget).trim()}`,
    await gasLine(bus, task),
  ]
}

async function gasLine({ nc }: Pick<Consortium, 'nc'>, { taskId, proven }: Task): Promise<string> {
  const jsm = await jetstreamManager(nc, { checkAPI: false })
  const gasOf = async (operation: string, businessId: string) => {
    const records = await readRecords(jsm, messageIdOf({ tenant: 'coordinator', operation, businessId }))
    return records.map(({ record }) => record.gasUsed).find(gas => gas !== undefined)
  }
  const [settle, checkpoint] = await Promise.all([gasOf('settle', taskId), gasOf('checkpoint', `${proven!.size}`)])
  const parts = [settle ? [`settlement ${settle}`] : [], checkpoint ? [`checkpoint ${checkpoint}`] : []].flat()
  return `Gas: ${parts.join(', ')}`
}

function money(amount: string): string {
  return (Number(amount) / unit).toFixed(2).padStart(10)
}
