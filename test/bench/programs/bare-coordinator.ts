import { AckPolicy, type JsMsg, jetstreamManager } from '@nats-io/jetstream'
import { type Hex, sha256 } from '../../../protocol/hash.ts'
import { addressOf, recoverAddress } from '../../../protocol/sign.ts'
import { streams, subjects } from '../../../protocol/subjects.ts'
import { openJetstream } from '../../../stack/publish.ts'
import { runProcess } from '../../../stack/run-process.ts'
import type { BareLoop } from '../coordinator/bare-loop.ts'
import { ofSize } from '../coordinator/of-size.ts'
import { runLevels } from '../peers/run-levels.mjs'

const { agents, bytes } = JSON.parse(process.argv[3]!) as BareLoop
const workers = agents.map(({ agentId, privateKey }) => ({ agentId, wallet: addressOf(privateKey) }))
const durable = 'bare-coordinator'

/** Gives out each step to the next agent, and appends its answer to the task: nothing else that a coordinator does. */
await runProcess({ name: durable }, async ({ connect }) => {
  const nc = await connect()
  const js = openJetstream(nc)
  const jsm = await jetstreamManager(nc)
  const acknowledged = { ack_policy: AckPolicy.Explicit, max_ack_pending: 4_096 }
  await jsm.consumers.add(streams.results, { durable_name: durable, ...acknowledged })
  const consumer = await js.consumers.get(streams.results, durable)
  const awaited = new Map<string, (answer: JsMsg) => void>()
  await consumer.consume({
    max_messages: 500,
    callback: message => awaited.get(message.subject.split('.')[2]!)?.(message),
  })

  async function answerTo(taskId: Hex, step: number): Promise<JsMsg> {
    const { agentId, wallet } = workers[step % workers.length]!
    const answered = new Promise<JsMsg>(resolve => awaited.set(taskId, resolve))
    await js.publish(subjects.work(agentId), ofSize(bytes.work, { taskId, step }), { msgID: `${taskId}/${step}` })
    const message = await answered
    const { digest, signature } = message.json<{ digest: Hex; signature: string }>()
    if (recoverAddress(digest, signature) !== wallet) throw new Error(`the signature is not agent ${agentId}'s`)
    return message
  }

  await runLevels(async ({ id, steps, onStep }: { id: string; steps: number; onStep(): void }) => {
    const taskId = sha256(id)
    let lastSubjectSequence = 0
    onStep()
    for (let step = 0; step < steps; step++) {
      const answer = await answerTo(taskId, step)
      const entry = ofSize(bytes.task, { taskId, step })
      const { seq } = await js.publish(subjects.task(taskId), entry, { expect: { lastSubjectSequence } })
      lastSubjectSequence = seq
      answer.ack()
      onStep()
    }
    awaited.delete(taskId)
  })
})
