import pino from 'pino'
import type { Config } from './config.ts'

export type Log = pino.Logger

// pino matches a path at its own depth only; secrets of ours lie at the top or one below.
const SECRET_FIELDS = [
  'privateKey',
  'mnemonic',
  'seed',
  'secret',
  'signingSeed',
  'creds',
  'password',
  'apiKey',
  'token',
  'authorization',
  'OPENAI_API_KEY',
]
const redact = { paths: SECRET_FIELDS.flatMap(field => [field, `*.${field}`]), censor: '***' }

/**
 * A log of JSON lines, on standard error unless a file is named: standard output belongs to results.
 *
 * @param name of the process, in every line
 */
export function openLog(name: string, config: Pick<Config, 'LOG_LEVEL'>, file?: string): Log {
  // Written at once: what a process says as it dies is what matters most.
  const destination = pino.destination({ dest: file ?? 2, sync: true, mkdir: true })
  return pino({ name, level: config.LOG_LEVEL, redact, base: { name, pid: process.pid } }, destination)
}
