import type { NatsConnection } from '@nats-io/nats-core'
import { EntenteError, explainError } from '../protocol/errors.ts'
import { announceFailure } from './announce-ready.ts'
import { connectBus } from './bus.ts'
import { type Config, readConfig } from './config.ts'
import { type Log, openLog } from './log.ts'
import { readSecretFile } from './secret-file.ts'
import { onShutdown, shutDown } from './shutdown.ts'

/** What every process of ours begins with. */
export type Own = {
  readonly config: Config
  readonly log: Log
  /** A variable without which this process cannot work. Throws EntenteError CONFIG_INVALID when it is absent. */
  required<N extends keyof Config>(name: N): NonNullable<Config[N]>
  /** Connects to `NATS_URL` with `NATS_CREDS`, until the process ends. Throws FILE_UNREADABLE, BUS_UNREACHABLE. */
  connect(): Promise<NatsConnection>
}

/** Runs a process of ours: whatever goes wrong before it stands is said in one line, and ends it with status 1. */
export async function runProcess(name: string, main: (own: Own) => Promise<void>): Promise<void> {
  try {
    const config = readConfig(process.env)
    const log = openLog(name, config)
    onShutdown(() => log.info('ended'))
    await main(ownOf(name, config, log))
  } catch (error) {
    process.stderr.write(`${explainError(error)}\n`)
    if (error instanceof EntenteError) announceFailure(error)
    await shutDown(1)
  }
}

function ownOf(name: string, config: Config, log: Log): Own {
  const required: Own['required'] = variable => {
    const value = config[variable]
    if (value === undefined) throw new EntenteError('CONFIG_INVALID', `${variable} is not set, and ${name} needs it`)
    return value as NonNullable<typeof value>
  }
  return {
    config,
    log,
    required,
    async connect() {
      const path = config.NATS_CREDS
      const creds = path === undefined ? {} : { creds: readSecretFile('NATS_CREDS', path) }
      const nc = await connectBus({ url: required('NATS_URL'), name, log, ...creds })
      onShutdown(() => nc.close())
      return nc
    },
  }
}
