import { randomBytes } from 'node:crypto'
import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import type { NatsConnection } from '@nats-io/nats-core'
import type { Command } from '../../coordinator/flow/command.ts'
import { decide } from '../../coordinator/flow/decide.ts'
import { unknownTask } from '../../coordinator/flow/state.ts'
import type { Logged } from '../../coordinator/log/logged.ts'
import { Snapshots } from '../../coordinator/log/snapshots.ts'
import { TaskLog } from '../../coordinator/log/task-log.ts'
import { defaultTerms } from '../../coordinator/terms.ts'
import { canonicalJson, contentHash } from '../../protocol/canonical.ts'
import { digestDocument, signDocument } from '../../protocol/documents.ts'
import { leafOf } from '../../protocol/evidence.ts'
import { type Hex, sha256 } from '../../protocol/hash.ts'
import { domainToBytes32 } from '../../protocol/ids.ts'
import type { Plan } from '../../protocol/plan.ts'
import { addressOf } from '../../protocol/sign.ts'
import { streams, subjects } from '../../protocol/subjects.ts'
import type { TaskOrder } from '../../protocol/task.ts'
import type { SigningDomain } from '../../protocol/typed-data.ts'
import { openLog } from '../../stack/log.ts'

/** Written side by side. */
const writers = 200
const dayMs = 86_400_000

const plan: Plan = {
  template: { name: 'waits', version: '1.0.0', hash: sha256('waits') },
  waits: [
    {
      id: 'word',
      title: 'Waits for a word',
      after: [],
      wait: { event: 'go', deadlineMs: dayMs, onSilence: 'fail' },
    },
  ],
  subtasks: [
    {
      id: 'work',
      title: 'Works',
      skill: 'pass-on@1',
      after: ['word'],
      input: 'input',
      replicas: 1,
      quorum: 1,
      deadlineMs: 30_000,
      attempts: 2,
      approval: null,
      weight: 1,
    },
  ],
  output: 'outputs.work',
}

/** Who orders, and the consortium whose signing domain it is. */
export interface Requester {
  readonly domain: SigningDomain
  readonly domainId: string
  readonly privateKey: Hex
}

/**
 * Writes so many open tasks into the logs, as coordinators of earlier days have left them: each ordered by a signature,
 * funded, screened, planned, and waiting since for a signal that may come for a day; with their leaves of evidence, and
 * taken by every coordinator's readers that are there by now.
 */
export async function writeWaitingTasks(nc: NatsConnection, requester: Requester, count: number): Promise<void> {
  const [js, jsm] = [jetstream(nc), await jetstreamManager(nc)]
  const log = openLog('filler', { LOG_LEVEL: 'silent' })
  const tasks = new TaskLog(js, jsm, await Snapshots.open(nc, log), 'an earlier coordinator')
  let written = 0
  const write = async () => {
    while (written < count) {
      written += 1
      const { taskId, commands } = accepted(requester)
      let logged: Logged = { task: unknownTask(taskId), sequence: 0, bytes: 0, last: null }
      for (const command of commands) {
        const first = logged.task.length
        const events = decide(logged.task, command)
        logged = await tasks.append(logged, events)
        const leaf = leafOf(taskId, first, events)
        await js.publish(subjects.evidence('event'), canonicalJson(leaf), { msgID: `${taskId}/${first}` })
      }
      tasks.forget(taskId)
    }
  }
  await Promise.all(Array.from({ length: writers }, write))
  for (const { name, config } of await jsm.consumers.list(streams.tasks).next()) {
    if (config.durable_name === name) await takeAll(nc, name)
  }
}

/** Each command brings about an entry: as many as a coordinator writes. */
function accepted({ domain, domainId, privateKey }: Requester): { taskId: Hex; commands: Command[] } {
  const [address, atMs] = [addressOf(privateKey), Date.now()]
  const [policy, input] = [{ approvers: [address], onSilence: 'deny' as const }, { n: 0 }]
  const spec = { goal: 'to wait', template: plan.template.hash, policy }
  const order: TaskOrder = {
    requester: address,
    domainId: domainToBytes32(domainId),
    specHash: contentHash(spec),
    inputHash: contentHash(input),
    policyHash: contentHash(policy),
    token: `0x${'00'.repeat(20)}`,
    budget: '100000',
    deadline: Math.floor((atMs + 2 * dayMs) / 1000),
    nonce: BigInt(`0x${randomBytes(16).toString('hex')}`).toString(),
  }
  const authority = { by: 'order' as const, order, signature: signDocument(domain, 'TaskOrder', order, privateKey) }
  const deadlineMs = order.deadline * 1000
  const wish = { spec, input, budget: order.budget, deadlineMs, terms: defaultTerms }
  return {
    taskId: digestDocument(domain, 'TaskOrder', order),
    commands: [
      { type: 'submit', atMs, authority, requester: { address, domainId }, ...wish },
      { type: 'recordFunding', atMs, txHash: sha256('funded'), blockNumber: 1 },
      { type: 'screen', atMs, decision: 'permit', policy: { id: 'p', version: '1' }, reasons: [] },
      { type: 'plan', atMs, plan, planHash: contentHash(plan) },
    ],
  }
}

/** What earlier coordinators have seen to is not for the next to do again. */
async function takeAll(nc: NatsConnection, consumer: string): Promise<void> {
  const shared = await jetstream(nc).consumers.get(streams.tasks, consumer)
  for (;;) {
    const messages = await shared.fetch({ max_messages: 500, expires: 1_000 })
    let last = 0
    for await (const message of messages) {
      message.ack()
      last = message.info.pending
      if (last === 0) break
    }
    if (last === 0) break
  }
  await nc.flush()
}
