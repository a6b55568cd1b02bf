import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import echo from '../../../agents/echo/agent.ts'
import type { ServedAgent } from '../../../agents/sdk/serve.ts'
import { withStack } from '../../harness/with-stack.ts'
import { type Consortium, type Member, startConsortium } from '../../registry/consortium.ts'
import { answersTo, executeItem, send, serve } from './office.ts'

const ttlSeconds = 3
const stack = withStack()
let consortium: Consortium
let member: Member
let served: ServedAgent

beforeAll(async () => {
  consortium = await startConsortium(stack, { ttlSeconds })
  member = await consortium.join(echo)
  served = await serve(consortium, member)
})
afterAll(async () => {
  await served?.stop()
  await consortium?.stop()
})

it('an agent stays at work while its credentials expire and are renewed, again and again', async () => {
  const endMs = Date.now() + 3 * ttlSeconds * 1000
  let answered = 0
  while (Date.now() < endMs) {
    const item = executeItem(member, 'echo@1', { text: `${answered}` })
    const answers = await answersTo(consortium.nc, item.taskId)
    await send(consortium.nc, item)
    expect(await answers.next(20_000)).toMatchObject({ kind: 'result', output: { texts: [`${answered}`] } })
    answered += 1
    await sleep(200)
  }
  expect(answered).toBeGreaterThan(10)
})
