import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { clerk } from '../../coordinator/clerk.ts'
import { startTcpRelay, type TcpRelay } from '../../harness/tcp-relay.ts'
import { withStack } from '../../harness/with-stack.ts'
import { type Consortium, startConsortium } from '../../registry/consortium.ts'
import { answersTo, executeItem, queued, send, serve } from './office.ts'

const stack = withStack()
let consortium: Consortium
let relay: TcpRelay

beforeAll(async () => {
  consortium = await startConsortium(stack)
  relay = await startTcpRelay(Number(new URL(consortium.url).port))
})
afterAll(async () => {
  await relay?.close()
  await consortium?.stop()
})

it('what was ready in time is offered when the connection is back, though its deadline has passed', async () => {
  const begun = Promise.withResolvers<void>()
  const slow = clerk('slow', () => {
    begun.resolve()
    return sleep(500)
  })
  const member = await consortium.join(slow)
  const served = await serve({ ...consortium, url: `nats://127.0.0.1:${relay.port}` }, member)
  const item = executeItem(member, 'slow@1', {}, { deadlineMs: Date.now() + 3_000 })
  await send(consortium.nc, item)
  await begun.promise
  await relay.close()
  await sleep(item.deadlineMs - Date.now() + 2_500)
  relay = await startTcpRelay(Number(new URL(consortium.url).port), relay.port)
  expect(await (await answersTo(consortium.nc, item.taskId)).next()).toMatchObject({
    kind: 'result',
    receipt: { attempt: 1 },
  })
  await expect.poll(() => queued(consortium.nc, member.agentId), { timeout: 5_000 }).toBe(0)
  await served.stop()
})
