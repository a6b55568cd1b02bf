import { printTable } from '../bench/print-table.ts'
import { longRun } from '../harness/long-run.ts'
import { help, readOptions, type SoakOptions } from './options.ts'
import { runSoak, type SoakOutcome } from './run-soak.ts'

/** `npm run soak`: see `options.ts` for what it takes and what its exit status means. */
await longRun<SoakOptions, SoakOutcome>({ help, readOptions, run: runSoak, print: printOutcome })

function printOutcome({ holds, checks, faults, memoryMb, ...figures }: SoakOutcome): void {
  printTable(checks.map(({ what, count, findings }) => ({ holds: findings.length === 0 ? 'yes' : 'NO', count, what })))
  for (const { findings } of checks) for (const finding of findings.slice(0, 51)) process.stdout.write(`${finding}\n`)
  process.stdout.write('\n')
  printTable(Object.entries(faults).map(([fault, times]) => ({ times, fault })))
  process.stdout.write(`\n${figures.perSecond} messages a second for ${figures.seconds} s; `)
  process.stdout.write(`${figures.saidAgain} outcomes were said again; `)
  process.stdout.write(`a gateway held ${memoryMb.first} MB in the first third, ${memoryMb.last} MB in the last\n`)
  process.stdout.write(holds ? '\nAll of it holds.\n' : '\nIt does not hold.\n')
}
