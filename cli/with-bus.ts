import type { NatsConnection } from '@nats-io/nats-core'
import { EntenteError } from '../protocol/errors.ts'
import { connectBus } from '../stack/bus.ts'
import { type Config, readConfig } from '../stack/config.ts'
import { readSecretFile } from '../stack/secret-file.ts'

/** A person waits; a process waits longer, for a bus that is being started. */
const patienceMs = 2_000

/**
 * Connects to the bus that `NATS_URL` and `NATS_CREDS` name, for as long as one verb takes.
 * @throws EntenteError CONFIG_INVALID, FILE_UNREADABLE, BUS_UNREACHABLE
 */
export async function withBus<T>(work: (nc: NatsConnection, config: Config) => Promise<T>): Promise<T> {
  const config = readConfig(process.env)
  const { NATS_URL: url, NATS_CREDS: path } = config
  if (!url) throw new EntenteError('CONFIG_INVALID', 'NATS_URL is not set: where is the bus?')
  const creds = path === undefined ? {} : { creds: readSecretFile('NATS_CREDS', path) }
  const nc = await connectBus({ url, name: 'entente', patienceMs, ...creds })
  try {
    return await work(nc, config)
  } finally {
    await nc.close()
  }
}
