import { explainError } from '../../protocol/errors.ts'
import { onShutdown, shutDown } from '../../stack/shutdown.ts'
import { type ChaosOptions, help, readOptions } from './options.ts'
import { printReport } from './report.ts'
import { runChaos } from './run-chaos.ts'

/** `npm run chaos`: see `options.ts` for what it takes and what its exit status means. */
async function main(): Promise<number> {
  let options: ChaosOptions | 'help'
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
  const { json, minutes } = options
  const startedMs = performance.now()
  const stopping = new AbortController()
  const tooLong = AbortSignal.timeout(minutes * 60_000)
  const onStep = (text: string) => {
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1).padStart(6)
    process.stderr.write(`${seconds} s  ${text}\n`)
  }
  const running = runChaos(options, { onStep, signal: AbortSignal.any([tooLong, stopping.signal]) })
  onShutdown(async () => {
    stopping.abort()
    await running.catch(() => {})
  })
  const outcome = await running
  if (json) process.stdout.write(`${JSON.stringify(outcome)}\n`)
  else printReport(outcome)
  return outcome.holds ? 0 : 1
}

try {
  await shutDown(await main())
} catch (error) {
  process.stderr.write(`${explainError(error)}\n`)
  await shutDown(1)
}
