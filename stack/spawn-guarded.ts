import { type ChildProcess, spawn } from 'node:child_process'
import type { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'

const guardScript = fileURLToPath(new URL('guard.sh', import.meta.url))

// The child enters itself in the guard's book before it becomes the program, so there is no instant at which it runs
// and is not guarded. `exec` keeps the process id; descriptor 3 is closed, or the guard would never see its end.
const ENTER_AND_EXEC = 'echo "$0 $$" >&3; exec "$@" 3>&-'

export type GuardedOptions = {
  /** Servers are ended once the programs have ended. */
  kind: 'program' | 'server'
  cwd?: string
  env?: NodeJS.ProcessEnv
  /** Open descriptor that gets both output streams. */
  outputFd: number
  /** `ipc`: the child is a Node program of ours that talks over `process.send`. */
  channel: 'none' | 'ipc'
}

/**
 * Starts a program that cannot outlive this process, whichever way this process ends.
 *
 * It gets its own session, so Ctrl-C in the terminal reaches only us, and we stop it in order.
 * A program that is not there ends with exit code 127, as a shell says it.
 */
export function spawnGuarded(command: string, args: string[], options: GuardedOptions): ChildProcess {
  const book = guardBook()
  const { kind, cwd, env = process.env, outputFd, channel } = options
  const child = spawn('/bin/sh', ['-c', ENTER_AND_EXEC, kind, command, ...args], {
    ...(cwd === undefined ? {} : { cwd }),
    env,
    detached: true,
    stdio: ['ignore', outputFd, outputFd, book, ...(channel === 'ipc' ? (['ipc'] as const) : [])],
  })
  child.once('exit', () => book.write(`drop ${child.pid}\n`))
  return child
}

let openBook: Socket | undefined

/** The pipe to this process's one guard, which is started with the first child. */
function guardBook(): Socket {
  if (openBook !== undefined && !openBook.destroyed) return openBook
  const guard = spawn('/bin/sh', [guardScript], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] })
  guard.unref()
  const book = guard.stdin as Socket
  // Neither keeps this process alive: its end is just what the guard waits for.
  book.unref()
  book.on('error', () => book.destroy())
  openBook = book
  return book
}
