import { ABIS, type Addresses } from '../../../contracts/abis.ts'
import { decodeLog } from '../../../contracts/bindings.ts'
import { callContract } from '../../../contracts/call-contract.ts'
import type { Hex } from '../../../protocol/hash.ts'
import type { Consortium } from '../../../scenarios/consortium/start-consortium.ts'
import { connectChain } from '../../../stack/chain.ts'
import { requester } from '../drive.ts'
import type { Seen } from '../watch-tasks.ts'
import type { Check } from './finding.ts'

type Log = { address: string; topics: string[]; data: string }
type Settled = { paid: bigint; fee: bigint; refund: bigint }

/** On chain every task was funded and settled once, as its log says, and nothing was lost or made. */
export async function checkMoney(consortium: Consortium, tasks: ReadonlyMap<Hex, Seen>): Promise<Check[]> {
  const { stack, chain, accounts, agents } = consortium
  const provider = await connectChain(stack.urls.chain)
  try {
    const escrow = chain.contracts.Escrow!
    const logs = (await provider.send('eth_getLogs', [
      { address: escrow, fromBlock: '0x0', toBlock: 'latest' },
    ])) as Log[]
    const events = logs.flatMap(log => decodeLog(log, chain.contracts as Addresses) ?? [])
    const of = (event: string) => events.filter(each => each.event === event).map(each => each.args as unknown)
    const read = (name: 'accountOf' | 'purseOf', of: string) =>
      callContract(provider, escrow, ABIS.Escrow, name, [of] as never) as Promise<{ balance: bigint }>
    const funded = of('TaskFunded') as { taskId: Hex; budget: bigint }[]
    const settled = of('TaskSettled') as ({ taskId: Hex } & Settled)[]
    const paid = of('AgentPaid') as { agentId: bigint; amount: bigint }[]
    const deposited = sum(of('Deposited') as { amount: bigint }[], ({ amount }) => amount)
    const [account, treasury, held, ...purses] = await Promise.all([
      read('accountOf', accounts.admins.get(requester)!.address),
      read('accountOf', accounts.treasury.address),
      callContract(provider, chain.contracts.EntenteToken!, ABIS.EntenteToken, 'balanceOf', [escrow]),
      ...agents.map(({ agentId }) => read('purseOf', agentId)),
    ])
    const budgets = sum(funded, ({ budget }) => budget)
    const payments = sum(settled, each => each.paid)
    const fees = sum(settled, each => each.fee)
    const refunds = sum(settled, each => each.refund)
    const equal = (what: string, a: bigint, b: bigint) => (a === b ? [] : [`${what}: ${a} is not ${b}`])
    return [
      {
        what: 'settlements paid exactly once on chain, as the log has them',
        count: settled.length,
        findings: [...tasks].flatMap(([taskId, seen]) => problemsOf(taskId, seen, funded, settled)),
      },
      {
        what: 'money adds up: budgets = payments + fees + refunds, and every balance',
        count: 5 + agents.length,
        findings: [
          equal('budgets, and payments + fees + refunds', budgets, payments + fees + refunds),
          equal("the requester's account", account.balance, deposited - budgets + refunds),
          equal("the treasury's account", treasury.balance, fees),
          equal('what the escrow holds of the token', held as bigint, deposited),
          equal(
            'payments, and what agents were paid',
            payments,
            sum(paid, ({ amount }) => amount),
          ),
          ...agents.map(({ agentId }, index) => {
            const own = paid.filter(each => each.agentId === BigInt(agentId))
            return equal(
              `the purse of agent ${agentId}`,
              purses[index]!.balance,
              sum(own, ({ amount }) => amount),
            )
          }),
        ].flat(),
      },
    ]
  } finally {
    provider.destroy()
  }
}

function problemsOf(
  taskId: Hex,
  { task }: Seen,
  funded: readonly { taskId: Hex; budget: bigint }[],
  settled: readonly ({ taskId: Hex } & Settled)[],
): string[] {
  const funding = funded.filter(each => each.taskId === taskId)
  const settlements = settled.filter(each => each.taskId === taskId)
  const times = task.funded ? 1 : 0
  if (funding.length !== times) return [`task ${taskId} was funded ${funding.length} times on chain`]
  if (settlements.length !== times) return [`task ${taskId} was settled ${settlements.length} times on chain`]
  const [onChain] = settlements
  const settlement = task.settlement?.settlement
  if (!onChain || !settlement) return []
  const paid = settlement.payments.reduce((total, { amount }) => total + BigInt(amount), 0n)
  const same =
    onChain.paid === paid && onChain.fee === BigInt(settlement.fee) && onChain.refund === BigInt(settlement.refund)
  return same ? [] : [`task ${taskId} was settled with other amounts than its log has`]
}

function sum<T>(items: readonly T[], amount: (item: T) => bigint): bigint {
  return items.reduce((total, item) => total + amount(item), 0n)
}
