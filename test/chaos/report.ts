import { printTable } from '../bench/print-table.ts'
import type { Outcome } from './run-chaos.ts'

const shownFindings = 10

/** The report as a person reads it. */
export function printReport({ holds, checks, figures, dir }: Outcome): void {
  const { effects, kills, ownEnds, ...numbers } = figures
  const flat = { ...numbers, ...effects }
  process.stdout.write('\n')
  printTable(checks.map(({ what, count, findings }) => ({ holds: findings.length === 0 ? 'yes' : 'NO', count, what })))
  for (const { what, findings } of checks.filter(each => each.findings.length > 0)) {
    process.stdout.write(`\n${what}:\n${findings.slice(0, shownFindings).join('\n')}\n`)
    if (findings.length > shownFindings) process.stdout.write(`and ${findings.length - shownFindings} more\n`)
  }
  process.stdout.write('\n')
  printTable(Object.entries(flat).map(([figure, value]) => ({ figure, value })))
  process.stdout.write('\n')
  printTable(Object.entries(kills).map(([role, count]) => ({ struck: role, times: count })))
  if (ownEnds.length > 0) process.stdout.write(`\nended by themselves, and started again: ${ownEnds.join(', ')}\n`)
  process.stdout.write(holds ? '\nAll of it holds.\n' : `\nIt does not hold. Logs: ${dir}\n`)
}
