import { parse } from 'csv-parse/sync'
import { expect, it } from 'vitest'
import { asCsv } from '../../../../coordinator/settlement/statement/as-csv.ts'
import { asPdf } from '../../../../coordinator/settlement/statement/as-pdf.ts'
import { Movements } from '../../../../coordinator/settlement/statement/movements.ts'
import { agentStatement, type Statement } from '../../../../coordinator/settlement/statement/statement.ts'
import type { ChainEvent } from '../../../../protocol/chain-event.ts'
import type { Hex } from '../../../../protocol/hash.ts'

const day = 86_400_000
const hash: Hex = `0x${'ab'.repeat(32)}`

function event(name: string, args: ChainEvent['args'], atDay: number): ChainEvent {
  const [contract, what] = name.split('.') as [string, string]
  const place = { blockNumber: atDay, blockHash: hash, blockTimeMs: atDay * day, txHash: hash, logIndex: 0 }
  return { contract, event: what, args, address: `0x${'11'.repeat(20)}`, ...place }
}

const movements = new Movements()
for (const each of [
  event('Stake.StakeDeposited', { agentId: '7', amount: '500' }, 1),
  event('Escrow.AgentPaid', { taskId: hash, agentId: '7', amount: '100' }, 2),
  event('Escrow.EarningsClaimed', { agentId: '7', amount: '41' }, 3),
  event('Stake.UnbondRequested', { agentId: '7', amount: '450', releaseTime: '9' }, 4),
  event('Stake.StakeHeld', { agentId: '7', amount: '60' }, 5),
  event('Stake.StakeSlashed', { agentId: '7', amount: '60' }, 6),
  event('Escrow.EarningsDrawn', { agentId: '7', wallet: hash, amount: '120' }, 7),
  event('Escrow.AgentPaid', { taskId: hash, agentId: '8', amount: '1' }, 7),
]) {
  movements.take(each)
}
const period = { fromMs: 3 * day, toMs: 7 * day }
const statement: Statement = {
  ...{ of: 'agent 7', chainId: 31_337, escrow: `0x${'22'.repeat(20)}`, period, reconciledAtBlock: 7 },
  agents: [agentStatement(movements, '7', period)],
}

it('goes on from what was before the period, and leaves out what came after it, and who is another', () => {
  const [{ opening, movements: inside, closing }] = statement.agents as [Statement['agents'][number]]
  expect(opening).toEqual({ purse: 100n, claimed: 0n, bonded: 500n, unbonding: 0n, held: 0n })
  expect(inside.map(({ what, amount }) => [what, amount])).toEqual([
    ['earned, claimed from batches', 41n],
    ['stake on its way out', 450n],
    ['penalty imposed: stake held', 60n],
    ['penalty enforced: stake taken', 60n],
  ])
  expect(closing).toEqual({ purse: 141n, claimed: 41n, bonded: 0n, unbonding: 440n, held: 0n })
})

it('is a CSV that any reader takes', () => {
  const rows = parse(asCsv(statement), { columns: true }) as Record<string, string>[]
  expect(rows).toHaveLength(6)
  expect(rows[1]).toMatchObject({ time: '1970-01-04T00:00:00Z', what: 'earned, claimed from batches', purse: '141' })
  expect(rows.at(-1)).toMatchObject({ what: 'closing', unbonding: '440' })
})

it('is a PDF, of the same bytes each time', async () => {
  const [one, other] = [await asPdf(statement), await asPdf(statement)]
  expect(Buffer.from(one.subarray(0, 5)).toString()).toBe('%PDF-')
  expect(Buffer.compare(one, other)).toBe(0)
})
