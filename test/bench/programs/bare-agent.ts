import type { JsMsg } from '@nats-io/jetstream'
import { type Hex, keccak256 } from '../../../protocol/hash.ts'
import { signDigest } from '../../../protocol/sign.ts'
import { streams, subjects, workConsumer } from '../../../protocol/subjects.ts'
import { announceReady } from '../../../stack/announce-ready.ts'
import { openJetstream } from '../../../stack/publish.ts'
import { runProcess } from '../../../stack/run-process.ts'
import type { BareLoop } from '../coordinator/bare-loop.ts'
import { ofSize } from '../coordinator/of-size.ts'

const [loop, agentId] = process.argv.slice(2) as [string, string]
const { agents, bytes } = JSON.parse(loop) as BareLoop
const { privateKey } = agents.find(agent => agent.agentId === agentId)!

/** Signs what it is given, and lets go of it once its answer is stored: nothing else that an agent does. */
await runProcess({ name: `bare-agent-${agentId}` }, async ({ connect }) => {
  const js = openJetstream(await connect())
  const consumer = await js.consumers.get(streams.work, workConsumer(agentId))
  async function answer(message: JsMsg): Promise<void> {
    const { taskId, step } = message.json<{ taskId: Hex; step: number }>()
    const digest = keccak256(message.data)
    const result = ofSize(bytes.result, { digest, signature: signDigest(digest, privateKey) })
    await js.publish(subjects.result(taskId, `s-${step}`, agentId), result, { msgID: `${taskId}/${step}/${agentId}` })
    message.ack()
  }
  await consumer.consume({ max_messages: 256, callback: message => void answer(message) })
  announceReady({})
})
