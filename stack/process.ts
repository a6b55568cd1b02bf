import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { EntenteError, type ErrorCode } from '../protocol/errors.ts'
import { lastLines } from './last-lines.ts'
import { spawnGuarded } from './spawn-guarded.ts'
import { stopChild } from './stop-child.ts'

const READY_TIMEOUT_MS = 30_000
const STOP_TIMEOUT_MS = 12_000

export type ProcessOptions = {
  /** Names the log file `<dir>/<name>.log`, and the process in messages. */
  name: string
  /** Absolute path of the program, a `.ts` or `.mjs` file. */
  entry: string
  args?: string[]
  /** All of its environment beside PATH, HOME and Node's own: a child knows no secret that it was not given. */
  env?: Record<string, string>
  dir: string
  /** Every message that the child sends by `process.send` after it is ready. */
  onMessage?: (message: unknown) => void
  /** Called when it ends and nobody stopped it. */
  onDeath?: (death: EntenteError) => void
}

/**
 * Twice as large as Node has it, where objects are until they have outlived two collections: messages under way then seldom do, and
 * collecting takes half the time. Costs up to 48 MB a process that makes many.
 */
const newSpace = '--max-semi-space-size=32'

export type Child<Ready> = {
  pid: number
  /** What it said when it was ready. */
  ready: Ready
  logFile: string
  /** Asks it to end, makes it end, and waits for that. May be called twice. */
  stop(): Promise<void>
}

/**
 * Starts a program of ours as a process of its own, and waits until it calls `announceReady`.
 *
 * @throws EntenteError as it says itself that it cannot start; STACK_SERVER_DIED when it ends before, or is not ready in
 *   30 seconds
 */
export async function startProcess<Ready = unknown>(options: ProcessOptions): Promise<Child<Ready>> {
  const { name, entry, args = [], dir, onMessage, onDeath } = options
  mkdirSync(dir, { recursive: true })
  const logFile = join(dir, `${name}.log`)
  const outputFd = openSync(logFile, 'a')
  const child = spawnGuarded(process.execPath, [newSpace, entry, ...args], {
    kind: 'program',
    env: childEnv(options.env),
    outputFd,
    channel: 'ipc',
  })
  closeSync(outputFd)

  let state: 'starting' | 'running' | 'stopping' = 'starting'
  const stop = () => {
    state = 'stopping'
    return stopChild(child, STOP_TIMEOUT_MS)
  }
  const death = (why: string) => new EntenteError('STACK_SERVER_DIED', `${name} ${why}${lastLines(logFile)}`)
  const ready = await new Promise<Ready>((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(death(`was not ready in ${READY_TIMEOUT_MS / 1000} s`))
      void stop()
    }, READY_TIMEOUT_MS)
    child.on('message', (message: { ready: Ready } | { failed: { code: ErrorCode; message: string } }) => {
      if (state !== 'starting') return onMessage?.(message)
      if ('failed' in message) {
        state = 'stopping'
        return reject(new EntenteError(message.failed.code, `${name}: ${message.failed.message}`))
      }
      state = 'running'
      clearTimeout(timer)
      resolve(message.ready)
    })
    child.once('exit', (code, signal) => {
      clearTimeout(timer)
      const ended = death(`ended by itself (${signal ?? `exit code ${code}`})`)
      if (state === 'starting') reject(ended)
      if (state === 'running') onDeath?.(ended)
    })
  })
  return { pid: child.pid as number, ready, logFile, stop }
}

function childEnv(given: Record<string, string> = {}): NodeJS.ProcessEnv {
  const { PATH, HOME, NODE_OPTIONS, NODE_COMPILE_CACHE, NODE_V8_COVERAGE } = process.env
  return { PATH, HOME, NODE_OPTIONS, NODE_COMPILE_CACHE, NODE_V8_COVERAGE, ...given }
}
