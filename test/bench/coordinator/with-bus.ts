import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { NatsConnection } from '@nats-io/nats-core'
import { connectBus } from '../../../stack/bus.ts'
import { issueCreds } from '../../../stack/bus-user.ts'
import { startNats } from '../../../stack/embedded/nats.ts'
import type { ProcessOptions } from '../../../stack/process.ts'
import { ensureStreams } from '../../../stack/streams.ts'

/** A bus with our streams, nobody on it, and what programs are told that are to come to it. */
export interface BareBus extends Pick<ProcessOptions, 'env' | 'dir'> {
  readonly nc: NatsConnection
}

/** It is gone when `use` is done. */
export async function withBus<T>(use: (bus: BareBus) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'entente-bench-bus-'))
  const nats = await startNats({ dir })
  try {
    const { account } = nats.trust
    const signing = { accountPublicKey: account.publicKey, signingSeed: nats.trust.signingSeed }
    const creds = await issueCreds(signing, { name: 'bench', permissions: {}, ttlSeconds: 3_600 })
    const credsFile = join(dir, 'bench.creds')
    writeFileSync(credsFile, creds, { mode: 0o600 })
    const nc = await connectBus({ url: nats.url, creds, name: 'bench' })
    try {
      await ensureStreams(nc, { replicas: 1 })
      return await use({ nc, dir, env: { NATS_URL: nats.url, NATS_CREDS: credsFile, LOG_LEVEL: 'error' } })
    } finally {
      await nc.close()
    }
  } finally {
    await nats.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}
