import type { Holdings } from './movements.ts'
import type { Statement } from './statement.ts'

const columns = ['time', 'block', 'transaction', 'agent', 'what', 'amount', 'task'] as const
const holdings = ['purse', 'claimed', 'bonded', 'unbonding', 'held'] as const

/** RFC 4180, UTF-8: a line for what an agent had before, one for each movement, one for what it had after. */
export function asCsv({ agents, period }: Statement): string {
  const rows: string[][] = [[...columns, ...holdings]]
  for (const { agentId, opening, movements, closing } of agents) {
    rows.push([timeOf(period.fromMs), '', '', agentId, 'opening', '', '', ...numbersOf(opening)])
    for (const { atMs, blockNumber, txHash, what, amount, taskId, after } of movements) {
      const place = [timeOf(atMs), `${blockNumber}`, txHash]
      rows.push([...place, agentId, what, `${amount}`, taskId ?? '', ...numbersOf(after)])
    }
    rows.push([timeOf(period.toMs), '', '', agentId, 'closing', '', '', ...numbersOf(closing)])
  }
  return rows.map(row => `${row.map(quoted).join(',')}\r\n`).join('')
}

/** UTC, to the second: a block's time has no more. */
export function timeOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}

const numbersOf = (held: Holdings) => holdings.map(key => `${held[key]}`)

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
