import { constants } from 'node:os'
import { explainError } from '../protocol/errors.ts'

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const TIMEOUT_MS = 10_000
// One Ctrl-C arrives several times: from the terminal, and again from npm and the set-up, which pass signals on.
const SAME_SIGNAL_MS = 500

const steps: (() => void | Promise<void>)[] = []
let listening = false
let startedMs: number | undefined

/**
 * Registers what must be done before this process ends by a signal, by an error that nobody caught, by `shutDown`, or
 * because the process that started it is gone. Runs once, last registered first, within 10 seconds in all; a second
 * Ctrl-C ends at once.
 */
export function onShutdown(step: () => void | Promise<void>): void {
  steps.push(step)
  if (listening) return
  listening = true
  for (const signal of SIGNALS) process.on(signal, () => onSignal(128 + constants.signals[signal]))
  process.on('uncaughtException', endByError)
  process.on('unhandledRejection', endByError)
  if (process.channel) {
    process.once('disconnect', () => shutDown(128 + constants.signals.SIGTERM))
    // The channel is there to be noticed when it closes; it is no reason to stay.
    process.channel.unref()
  }
}

/** Ends this process in order, and without a word, when nobody reads any more what it prints, as after `| head`. */
export function endWithReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error
      void shutDown(128 + constants.signals.SIGPIPE)
    })
  }
}

/** Does all that was registered, then ends the process with `exitCode`. */
export async function shutDown(exitCode: number): Promise<never> {
  if (startedMs !== undefined) return new Promise(() => {})
  startedMs = performance.now()
  setTimeout(() => process.exit(exitCode), TIMEOUT_MS).unref()
  for (const step of steps.toReversed()) {
    try {
      await step()
    } catch (error) {
      process.stderr.write(`${explainError(error)}\n`)
    }
  }
  process.exit(exitCode)
}

function onSignal(exitCode: number): void {
  const again = startedMs !== undefined && performance.now() - startedMs > SAME_SIGNAL_MS
  if (again) process.exit(exitCode)
  void shutDown(exitCode)
}

function endByError(error: unknown): void {
  process.stderr.write(`${explainError(error)}\n`)
  void shutDown(1)
}
