import { afterAll, beforeAll, expect, it } from 'vitest'
import echo from '../../../agents/echo/agent.ts'
import type { ServedAgent } from '../../../agents/sdk/serve.ts'
import { startTcpRelay, type TcpRelay } from '../../harness/tcp-relay.ts'
import { withStack } from '../../harness/with-stack.ts'
import { type Consortium, type Member, startConsortium } from '../../registry/consortium.ts'
import { answersTo, executeItem, send, serve } from './office.ts'

const stack = withStack()
let consortium: Consortium
let member: Member
let relay: TcpRelay
let served: ServedAgent

beforeAll(async () => {
  consortium = await startConsortium(stack)
  member = await consortium.join(echo)
  relay = await startTcpRelay(Number(new URL(consortium.url).port))
  served = await serve({ ...consortium, url: `nats://127.0.0.1:${relay.port}` }, member)
})
afterAll(async () => {
  await served?.stop()
  await relay?.close()
  await consortium?.stop()
})

async function isAtWork(): Promise<void> {
  const item = executeItem(member, 'echo@1', { text: 'here' })
  const answers = await answersTo(consortium.nc, item.taskId)
  await send(consortium.nc, item)
  expect(await answers.next(20_000)).toMatchObject({ kind: 'result', output: { texts: ['here'] } })
}

it('an agent is at work again after its connection fell', async () => {
  await isAtWork()
  relay.drop()
  await isAtWork()
})

it('an agent is at work again after its connection fell twice in a row', async () => {
  await isAtWork()
  relay.dropAt('CONSUMER.INFO')
  relay.drop()
  await isAtWork()
})

it('an agent stops in peace though its connection falls just then', async () => {
  relay.dropAt('PING')
  await served.stop()
})
