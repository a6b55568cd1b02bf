import { randomBytes } from 'node:crypto'
import { Objm } from '@nats-io/obj'
import { beforeAll, describe, expect, test } from 'vitest'
import { sha256 } from '../../protocol/hash.ts'
import { buckets } from '../../protocol/subjects.ts'
import { getArtifact, putArtifact } from '../../stack/artifacts.ts'
import { connectBus } from '../../stack/bus.ts'
import { ensureStreams } from '../../stack/streams.ts'
import { startTcpRelay } from '../harness/tcp-relay.ts'
import { withStack } from '../harness/with-stack.ts'

const servers = withStack()
const { connect } = servers

beforeAll(async () => ensureStreams(await connect('setup'), { replicas: 1 }))

describe('artifacts', () => {
  test('come back as they were, of any size, under the hash of their bytes', async () => {
    const nc = await connect('artifacts')
    for (const size of [0, 1, 70_000, 3_000_000]) {
      const bytes = randomBytes(size)
      const address = await putArtifact(nc, bytes)
      expect(address).toBe(sha256(bytes))
      expect(Buffer.from(await getArtifact(nc, address)).equals(bytes)).toBe(true)
    }
  })

  test('are stored once, however often they are put', async () => {
    const nc = await connect('artifacts')
    const bytes = randomBytes(50_000)
    const address = await putArtifact(nc, bytes)
    const store = await new Objm(nc).open(buckets.artifacts)
    const before = await store.info(address)
    await putArtifact(nc, bytes)
    expect((await store.info(address))?.nuid).toBe(before?.nuid)
  })

  test('that are not there are missing', async () => {
    const nc = await connect('artifacts')
    await expect(getArtifact(nc, sha256('nothing'))).rejects.toMatchObject({ code: 'ARTIFACT_MISSING' })
  })

  test('whose bytes were exchanged are corrupt', async () => {
    const nc = await connect('artifacts')
    const address = await putArtifact(nc, Buffer.from('true'))
    const store = await new Objm(nc).open(buckets.artifacts)
    await store.putBlob({ name: address }, Buffer.from('false'))
    await expect(getArtifact(nc, address)).rejects.toMatchObject({ code: 'ARTIFACT_CORRUPT' })
  })

  test('are not called corrupt because the bus is away', async () => {
    const relay = await startTcpRelay(Number(new URL(servers.stack.urls.nats).port))
    const nc = await connectBus({
      url: `nats://127.0.0.1:${relay.port}`,
      name: 'cut off',
      creds: servers.stack.busCreds!,
    })
    const address = await putArtifact(nc, Buffer.from('there'))
    await relay.close()
    await expect(getArtifact(nc, address)).rejects.toMatchObject({ code: 'BUS_UNREACHABLE', retry: true })
    await nc.close()
  })
})
