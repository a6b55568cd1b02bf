import { setTimeout as sleep } from 'node:timers/promises'
import { jetstreamManager } from '@nats-io/jetstream'
import { expect, it } from 'vitest'
import { streams, subjects } from '../../../protocol/subjects.ts'
import { openJetstream } from '../../../stack/publish.ts'
import { readStream } from '../../../stack/read-stream.ts'
import { ensureStreams } from '../../../stack/streams.ts'
import { waitForEnd } from '../../harness/is-running.ts'
import { withStack } from '../../harness/with-stack.ts'

const stack = withStack()
const messages = 4_000
const atOnce = 64
const kills = 2

it('kill -9 of nats-server loses nothing that was acknowledged: sent under an id until it is, each message is there, once', async () => {
  const nc = await stack.connect('durability')
  await ensureStreams(nc, { replicas: 1 })
  const js = openJetstream(nc)
  const subject = subjects.evidence('event')
  let next = 0
  let acknowledged = 0

  async function send(): Promise<void> {
    while (next < messages) {
      const name = `${next++}`
      for (let isStored = false; !isStored; ) {
        isStored = await js.publish(subject, name, { msgID: name, timeout: 1_000 }).then(
          () => true,
          () => sleep(20, false),
        )
      }
      acknowledged += 1
    }
  }

  async function killOften(): Promise<void> {
    const server = stack.stack.servers.find(({ name }) => name === 'nats')!
    for (let kill = 1; kill <= kills; kill++) {
      while (acknowledged < (messages * kill) / (kills + 1)) await sleep(1)
      process.kill(server.pid, 'SIGKILL')
      expect(await waitForEnd([server.pid], 5_000)).toEqual([])
      await server.restart()
    }
  }

  await Promise.all([killOften(), ...Array.from({ length: atOnce }, send)])
  const { state } = await (await jetstreamManager(nc)).streams.info(streams.evidence)
  const found: string[] = []
  const enough = new AbortController()
  for await (const batch of readStream(nc, { stream: streams.evidence, subject, after: 0, signal: enough.signal })) {
    found.push(...batch.map(message => message.string()))
    if (found.length >= state.messages) enough.abort()
  }
  expect(found).toHaveLength(messages)
  expect(new Set(found).size).toBe(messages)
})
