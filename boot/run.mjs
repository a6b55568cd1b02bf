import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { SetupError } from './say.mjs'

const FORWARDED = ['SIGINT', 'SIGTERM', 'SIGHUP']
const PARENT_CHECK_MS = 1_000

/**
 * Runs a program in the foreground until it ends; signals sent to us reach it, and its exit code is returned.
 *
 * The child holds an IPC channel to us: when we are killed outright the channel closes, which our programs take as a
 * request to stop.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [place]
 * @returns {Promise<number>} exit code; 128 + n when a signal ended it, as shells say it
 */
export function run(command, args, { cwd, env = process.env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] })
    const forward = signal => child.kill(signal)
    for (const signal of FORWARDED) process.on(signal, forward)
    const watch = watchParent(() => child.kill('SIGTERM'))
    const done = () => {
      clearInterval(watch)
      for (const signal of FORWARDED) process.off(signal, forward)
    }
    child.once('error', error => {
      done()
      reject(new SetupError(`${command} could not be started: ${error.message}`))
    })
    child.once('exit', (code, signal) => {
      done()
      resolve(code ?? 128 + constants.signals[signal])
    })
  })
}

// Under `npm start` the parent is npm's shell, which never outlives us unless it was killed. Without npm the parent may
// end in peace (`nohup ... &`), so nothing is watched.
function watchParent(onGone) {
  if (process.env.npm_lifecycle_event === undefined) return undefined
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid !== parent) onGone()
  }, PARENT_CHECK_MS)
  return timer.unref()
}
