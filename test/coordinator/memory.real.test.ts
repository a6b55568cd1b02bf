import { fileURLToPath } from 'node:url'
import type { NatsConnection } from '@nats-io/nats-core'
import { beforeAll, expect, it } from 'vitest'
import { signingDomain } from '../../protocol/documents.ts'
import { keepSecret } from '../../scenarios/consortium/start-processes.ts'
import { startProcess } from '../../stack/process.ts'
import { ensureStreams } from '../../stack/streams.ts'
import type { Memory } from '../harness/settled-memory.ts'
import { writeWaitingTasks } from '../harness/waiting-tasks.ts'
import { withStack } from '../harness/with-stack.ts'

/** Of an open task at which nobody works: its alarm, where its four leaves lie, and their hashes. */
const limitBytes = 1_200
const program = fileURLToPath(new URL('programs/attendant.ts', import.meta.url))

const stack = withStack()
let nc: NatsConnection
let env: Record<string, string>
beforeAll(async () => {
  nc = await stack.connect('memory')
  await ensureStreams(nc, { replicas: 1 })
  const creds = keepSecret(stack.dir, 'bus.creds', stack.stack.busCreds!)
  env = { NATS_URL: stack.stack.urls.nats, NATS_CREDS: creds, LOG_LEVEL: 'warn' }
})

/** What a coordinator holds of all open tasks, in a process of its own. */
async function heldBytes(): Promise<number> {
  const options = { name: 'attendant', entry: program, env, dir: stack.dir }
  const child = await startProcess<{ before: Memory; after: Memory }>(options)
  await child.stop()
  return child.ready.after.heldBytes - child.ready.before.heldBytes
}

it(`takes less than ${limitBytes} bytes for each open task`, async () => {
  const domain = signingDomain(31337, `0x${'11'.repeat(20)}`)
  const requester = { domain, domainId: 'weather', privateKey: `0x${'33'.repeat(32)}` } as const
  const [few, more] = [500, 3_000]
  await writeWaitingTasks(nc, requester, few)
  const withFew = await heldBytes()
  await writeWaitingTasks(nc, requester, more)
  const perTask = ((await heldBytes()) - withFew) / more
  expect(perTask).toBeLessThan(limitBytes)
  // What is measured is really there: the hashes alone take 64 bytes a leaf.
  expect(perTask).toBeGreaterThan(4 * 64)
}, 300_000)
