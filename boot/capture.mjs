import { spawn } from 'node:child_process'

const MAX_OUTPUT_CHARS = 100_000_000
const FATAL = ['SIGINT', 'SIGTERM', 'SIGHUP']

/**
 * Runs a command to its end and keeps what it prints, both streams together. Who ends us ends the command first: an
 * installer that was only asked to stop goes on by itself, and the next one meets it in the same folder.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<{ code: number, output: string }>} `code` is -1 when the command could not be started
 */
export function capture(command, args, options = {}) {
  return new Promise(resolve => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const keep = chunk => {
      output = (output + chunk).slice(-MAX_OUTPUT_CHARS)
    }
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    const release = () => {
      for (const signal of FATAL) process.off(signal, end)
    }
    const end = signal => {
      child.once('close', () => process.kill(process.pid, signal))
      child.kill('SIGKILL')
    }
    for (const signal of FATAL) process.on(signal, end)
    child.once('error', error => {
      release()
      resolve({ code: -1, output: error.message })
    })
    child.once('close', code => {
      release()
      resolve({ code: code ?? -1, output })
    })
  })
}

/** The last `count` lines that are not empty, indented for a message. */
export function lastLines(text, count) {
  const lines = text.split('\n').filter(line => line.trim() !== '')
  return lines
    .slice(-count)
    .map(line => `    ${line}`)
    .join('\n')
}
