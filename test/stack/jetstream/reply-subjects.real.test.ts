import { setTimeout as sleep } from 'node:timers/promises'
import type { Permissions } from '@nats-io/jwt'
import { expect, it } from 'vitest'
import { subjects } from '../../../protocol/subjects.ts'
import { agentPermissions } from '../../../registry/agent-permissions.ts'
import { keptWithoutLooking, mayAnswer } from '../../../registry/may-answer.ts'
import { connectBus } from '../../../stack/bus.ts'
import { issueCreds } from '../../../stack/bus-user.ts'
import { cpuMsOf } from '../../bench/profile/cpu-ticks.ts'
import { withStack } from '../../harness/with-stack.ts'

const servers = withStack()
const subject = subjects.bulletin('any')
const together = keptWithoutLooking - 96

/** What the server takes to deliver so many messages to a connection that was delivered twice as many before, ms of processor. */
async function costTo(permissions: Partial<Permissions>): Promise<number> {
  const { stack } = servers
  const creds = await issueCreds(stack.busAccount!, { name: 'agent-1', permissions, ttlSeconds: 600 })
  const agent = await connectBus({ url: stack.urls.nats, creds, name: 'agent' })
  let heard = 0
  agent.subscribe(subject, { callback: () => void heard++ })
  await agent.flush()
  const nc = await servers.connect('all')
  const { pid } = stack.servers.find(({ name }) => name === 'nats')!
  const deliver = async () => {
    const before = heard
    const beforeMs = cpuMsOf(pid)
    for (let index = 0; index < together; index++) nc.publish(subject, '', { reply: `answers.to.${before + index}` })
    await expect.poll(() => heard, { timeout: 60_000, interval: 20 }).toBe(before + together)
    return cpuMsOf(pid) - beforeMs
  }
  await deliver()
  await sleep(2_200)
  await deliver()
  await sleep(2_200)
  // While it is there, what is for another is delivered to it too.
  return deliver().finally(() => agent.close())
}

it('that may be answered for a minute cost the server more with each message; an agent may answer for two seconds', async () => {
  const forAMinute = await costTo({ ...agentPermissions('1'), ...mayAnswer(60_000) })
  const asItIs = await costTo(agentPermissions('1'))
  expect(forAMinute).toBeGreaterThan(5 * asItIs)
})
