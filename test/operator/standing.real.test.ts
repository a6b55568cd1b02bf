import { expect, test } from 'vitest'
import { toStanding } from '../../operator/resources/alert.ts'
import { sha256 } from '../../protocol/hash.ts'
import { ensureStreams } from '../../stack/streams.ts'
import { withStack } from '../harness/with-stack.ts'

const servers = withStack()
const row = {
  ...{ number: 7_000_001, blockNumber: 7, account: `0x${'a1'.repeat(20)}`, standing: '2', txHash: sha256('tx') },
  ...{ atMs: 1_125_230_400_000, orderHash: sha256('order') },
}

test('says that the text of an order is not there only where it could look', async () => {
  const nc = await servers.connect('standing')
  await ensureStreams(nc, { replicas: 1 })
  expect(await toStanding(nc, row)).toMatchObject({ standing: 'denied', order: null })
  await nc.close()
  await expect(toStanding(nc, row)).rejects.toMatchObject({ code: 'BUS_UNREACHABLE' })
})
