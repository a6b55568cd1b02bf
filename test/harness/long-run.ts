import { explainError } from '../../protocol/errors.ts'
import { endWithReader, onShutdown, shutDown } from '../../stack/shutdown.ts'

export interface LongRun<Options, Outcome> {
  readonly help: string
  /** @throws Error saying which option is wrong */
  readOptions(args: string[]): Options | 'help'
  run(options: Options, on: { onStep: (text: string) => void; signal: AbortSignal }): Promise<Outcome>
  print(outcome: Outcome): void
}

/**
 * A program that runs for minutes, says on standard error how far it is, and ends this process: with 0 when all of it holds,
 * 1 when something does not, 2 when the command is wrong. Ctrl-C, too many minutes, or nobody who reads it, end the run in order.
 */
export async function longRun<
  Options extends { readonly minutes: number; readonly json: boolean },
  Outcome extends { readonly holds: boolean },
>(program: LongRun<Options, Outcome>): Promise<void> {
  endWithReader()
  try {
    await shutDown(await main(program))
  } catch (error) {
    process.stderr.write(`${explainError(error)}\n`)
    await shutDown(1)
  }
}

async function main<
  Options extends { readonly minutes: number; readonly json: boolean },
  Outcome extends { readonly holds: boolean },
>({ help, readOptions, run, print }: LongRun<Options, Outcome>): Promise<number> {
  let options: Options | 'help'
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
  const tooLong = AbortSignal.timeout(options.minutes * 60_000)
  const onStep = (text: string) => {
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1).padStart(6)
    process.stderr.write(`${seconds} s  ${text}\n`)
  }
  const running = run(options, { onStep, signal: AbortSignal.any([tooLong, stopping.signal]) })
  onShutdown(async () => {
    stopping.abort()
    await running.catch(() => {})
  })
  const outcome = await running
  if (options.json) process.stdout.write(`${JSON.stringify(outcome)}\n`)
  else print(outcome)
  return outcome.holds ? 0 : 1
}
