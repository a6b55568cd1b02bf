import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { EntenteError } from '../../protocol/errors.ts'
import { lastLines } from '../last-lines.ts'
import { spawnGuarded } from '../spawn-guarded.ts'
import { stopChild } from '../stop-child.ts'

const POLL_MS = 10
const READY_TIMEOUT_MS = 20_000
const STOP_TIMEOUT_MS = 5_000

/** A server that was started, and is not looked after any further. */
export type StartedServer = {
  url: string
  pid: number
  /** Ends it, and waits for its end: SIGTERM first, SIGKILL when that takes too long. May be called twice. */
  stop(): Promise<void>
}

/** What every embedded server is to the one who started it. */
export type EmbeddedServer = StartedServer & {
  /** What it is: `nats`, `redis` or `anvil`. */
  readonly name: string
  /** Of the process that runs now, or ran last. */
  readonly pid: number
  /** Starts it again once it has ended, however that came: on the same port, with the same data and secrets. */
  restart(): Promise<void>
}

/** Called at most once for each start, when a server ends that nobody stopped: code STACK_SERVER_DIED, its last log lines. */
export type OnServerDeath = (death: EntenteError) => void

export type ServerProcess = {
  pid: number
  logFile: string
  stop(): Promise<void>
  /** Repeats `probe` until it gives a value; throws STACK_SERVER_DIED if the server ends first or takes too long. */
  until<T>(what: string, probe: () => Promise<T | undefined>): Promise<T>
}

export type ServerCommand = {
  /** Names the log file, and the server in messages. */
  name: string
  command: string
  args: string[]
  /** Working folder and home of the log. */
  dir: string
  env?: NodeJS.ProcessEnv
  /** The configuration variable that points elsewhere, for the message when the program is missing. */
  insteadOf: string
  onDeath?: OnServerDeath | undefined
}

/** Starts a server program under the guard. It is not ready yet: see `until`. */
export function startServerProcess(server: ServerCommand): ServerProcess {
  const { name, command, args, dir, env = process.env, onDeath } = server
  mkdirSync(dir, { recursive: true })
  const logFile = join(dir, `${name}.log`)
  const outputFd = openSync(logFile, 'w')
  const child = spawnGuarded(command, args, { kind: 'server', cwd: dir, env, outputFd, channel: 'none' })
  closeSync(outputFd)

  let ended = false
  let stopping = false
  let ready = false
  child.once('exit', () => {
    ended = true
    if (ready && !stopping) onDeath?.(deathOf(server, logFile, child.exitCode, child.signalCode))
  })

  async function until<T>(what: string, probe: () => Promise<T | undefined>): Promise<T> {
    const giveUpMs = performance.now() + READY_TIMEOUT_MS
    while (performance.now() < giveUpMs) {
      if (ended) throw deathOf(server, logFile, child.exitCode, child.signalCode)
      const value = await probe()
      if (value !== undefined) {
        ready = true
        return value
      }
      await sleep(POLL_MS)
    }
    await stop()
    throw new EntenteError(
      'STACK_SERVER_DIED',
      `${name} ${what} took over ${READY_TIMEOUT_MS / 1000} s${lastLines(logFile)}`,
    )
  }

  async function stop(): Promise<void> {
    stopping = true
    await stopChild(child, STOP_TIMEOUT_MS)
  }

  return { pid: child.pid as number, logFile, until, stop }
}

function deathOf(server: ServerCommand, logFile: string, code: number | null, signal: string | null): EntenteError {
  if (code === 127) {
    return new EntenteError('STACK_SERVER_MISSING', `${server.name} is not installed (or set ${server.insteadOf})`)
  }
  const how = signal === null ? `exit code ${code}` : signal
  return new EntenteError('STACK_SERVER_DIED', `${server.name} ended by itself (${how})${lastLines(logFile)}`)
}
