import type { NatsConnection } from '@nats-io/nats-core'
import { EntenteError, explainError } from '../protocol/errors.ts'
import { announceFailure } from './announce-ready.ts'
import { connectBus } from './bus.ts'
import { type Config, readConfig } from './config.ts'
import { type Log, openLog } from './log.ts'
import { readSecretFile } from './secret-file.ts'
import { onShutdown, shutDown } from './shutdown.ts'

export type Variable = keyof Config

/** A process, and the variables that it looks at beside those of every process. */
export type Process<N extends Variable, R extends Variable> = {
  name: string
  /** Those without which it cannot work... */
  needs?: readonly N[]
  /** ...and the others. */
  reads?: readonly R[]
}

/** The variables of every process of ours. */
export const everyProcess = {
  needs: ['NATS_URL'],
  reads: ['NATS_CREDS', 'LOG_LEVEL'],
} as const satisfies Omit<Process<Variable, Variable>, 'name'>

/** What every process of ours begins with. */
export type Own<N extends Variable, R extends Variable> = {
  /** No more of it than the process says that it looks at. */
  readonly config: Pick<Config, R> & { readonly [Name in N | 'NATS_URL']: NonNullable<Config[Name]> }
  readonly log: Log
  /** Connects to `NATS_URL` with `NATS_CREDS`, until the process ends. Throws FILE_UNREADABLE, BUS_UNREACHABLE. */
  connect(): Promise<NatsConnection>
}

/** Of a process that was not called as it takes it: by its arguments, or by its configuration. */
export const wrongCall = 2

/**
 * Runs a process of ours: whatever goes wrong before it stands is said, and ends it with status 1, or with 2 where its
 * configuration is wrong.
 */
export async function runProcess<N extends Variable = never, R extends Variable = never>(
  { name, needs = [] }: Process<N, R>,
  main: (own: Own<N, R>) => Promise<void>,
): Promise<void> {
  try {
    const config = readConfig(process.env, [...everyProcess.needs, ...needs])
    const log = openLog(name, config)
    onShutdown(() => log.info('ended'))
    await main({ config, log, connect: () => connect(name, config, log) })
  } catch (error) {
    process.stderr.write(`${explainError(error)}\n`)
    if (error instanceof EntenteError) announceFailure(error)
    await shutDown(error instanceof EntenteError && error.code === 'CONFIG_INVALID' ? wrongCall : 1)
  }
}

async function connect(name: string, { NATS_URL: url, NATS_CREDS: path }: Config & { NATS_URL: string }, log: Log) {
  const creds = path === undefined ? {} : { creds: readSecretFile('NATS_CREDS', path) }
  const nc = await connectBus({ url, name, log, ...creds })
  onShutdown(() => nc.close())
  return nc
}
