import { printTable } from '../bench/print-table.ts'
import { longRun } from '../harness/long-run.ts'
import { type AdversaryOptions, help, readOptions } from './options.ts'
import { type AdversaryOutcome, runAdversaries } from './run-adversaries.ts'

/** `npm run adversaries`: see `options.ts` for what it takes and what its exit status means. */
await longRun<AdversaryOptions, AdversaryOutcome>({ help, readOptions, run: runAdversaries, print: printOutcome })

function printOutcome({ holds, kinds, right, final, findings, seconds }: AdversaryOutcome): void {
  printTable(kinds.map(({ kind, ...counts }) => ({ ...counts, kind })))
  const [posted, condemned] = (['posted', 'condemned'] as const).map(key =>
    kinds.reduce((sum, each) => sum + each[key], 0),
  )
  process.stdout.write(`\n${condemned} of ${posted} wrong batches condemned by the tower; `)
  process.stdout.write(`${final} of ${right} right ones final; ${seconds} s\n`)
  for (const finding of findings.slice(0, 20)) process.stdout.write(`${finding}\n`)
  process.stdout.write(holds ? '\nAll of it holds.\n' : '\nIt does not hold.\n')
}
