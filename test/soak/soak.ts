import { explainError } from '../../protocol/errors.ts'
import { onShutdown, shutDown } from '../../stack/shutdown.ts'
import { printTable } from '../bench/print-table.ts'
import { help, readOptions, type SoakOptions } from './options.ts'
import { runSoak, type SoakOutcome } from './run-soak.ts'

/** `npm run soak`: see `options.ts` for what it takes and what its exit status means. */
async function main(): Promise<number> {
  let options: SoakOptions | 'help'
  try {
    options = readOptions(process.argv.slice(2))
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${help}`)
    return 2
  }
  if (options === 'help') {
    process.stdout.write(help)
    return 0
  }
  const startedMs = performance.now()
  const stopping = new AbortController()
  const onStep = (text: string) => {
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1).padStart(6)
    process.stderr.write(`${seconds} s  ${text}\n`)
  }
  const signal = AbortSignal.any([AbortSignal.timeout(options.minutes * 60_000), stopping.signal])
  const running = runSoak(options, { onStep, signal })
  onShutdown(async () => {
    stopping.abort()
    await running.catch(() => {})
  })
  const outcome = await running
  if (options.json) process.stdout.write(`${JSON.stringify(outcome)}\n`)
  else printOutcome(outcome)
  return outcome.holds ? 0 : 1
}

function printOutcome({ holds, checks, faults, memoryMb, ...figures }: SoakOutcome): void {
  printTable(checks.map(({ what, count, findings }) => ({ holds: findings.length === 0 ? 'yes' : 'NO', count, what })))
  for (const { findings } of checks) for (const finding of findings.slice(0, 10)) process.stdout.write(`${finding}\n`)
  process.stdout.write('\n')
  printTable(Object.entries(faults).map(([fault, times]) => ({ times, fault })))
  process.stdout.write(`\n${figures.perSecond} messages a second for ${figures.seconds} s; `)
  process.stdout.write(`${figures.saidAgain} outcomes were said again; `)
  process.stdout.write(`a gateway held ${memoryMb.first} MB in the first third, ${memoryMb.last} MB in the last\n`)
  process.stdout.write(holds ? '\nAll of it holds.\n' : '\nIt does not hold.\n')
}

try {
  await shutDown(await main())
} catch (error) {
  process.stderr.write(`${explainError(error)}\n`)
  await shutDown(1)
}
