import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import type { AgentDefinition } from '../../agents/sdk/define.ts'
import type { ServedAgent } from '../../agents/sdk/serve.ts'
import type { Task } from '../../coordinator/flow/state.ts'
import { canonicalJson, contentHash, type Json } from '../../protocol/canonical.ts'
import type { TaskEvent, TaskEventOf } from '../../protocol/events.ts'
import { fromHex, type Hex, keccak256, sha256 } from '../../protocol/hash.ts'
import type { Priority } from '../../protocol/task.ts'
import { followTask } from '../../scenarios/consortium/follow-task.ts'
import { keepSecret, startRole } from '../../scenarios/consortium/start-processes.ts'
import { putArtifact } from '../../stack/artifacts.ts'
import { type KeyFile, makeKeyFile } from '../../stack/key-file.ts'
import type { Child } from '../../stack/process.ts'
import { serve } from '../agents/sdk/office.ts'
import { withStack } from '../harness/with-stack.ts'
import { type Consortium, chain, log, type Member, startConsortium } from '../registry/consortium.ts'

export interface FollowedTask {
  readonly taskId: Hex
  readonly events: readonly TaskEvent[]
  task(): Task
  /** The first event of the type, as soon as it is in the log; throws where the task was rejected, and it will not come. */
  until<T extends TaskEvent['type']>(type: T, is?: (event: TaskEventOf<T>) => boolean): Promise<TaskEventOf<T>>
}

const planId = sha256('plan')

/**
 * Gives a test file a real bus, coordinators that are processes of their own, and real agents on it. There is no chain:
 * tasks are opened by the event that a response plan would have logged, and end with their settlement computed.
 */
export function withCoordinators(count = 1, limits: Readonly<Record<string, string>> = {}) {
  const stack = withStack()
  const contract: Hex = `0x${'c1'.repeat(20)}`
  const stops: (() => Promise<unknown>)[] = []
  const children: Child<unknown>[] = []
  let consortium: Consortium
  let approver: KeyFile
  let opened = 0

  /** What a program of ours is told of the bus, with every right on it. */
  const busEnv = () => ({
    NATS_URL: stack.stack.urls.nats,
    NATS_CREDS: keepSecret(stack.dir, 'bus.creds', stack.stack.busCreds!),
  })

  async function startCoordinator(): Promise<Child<unknown>> {
    const { dir } = stack
    const key = join(dir, 'coordinator.json')
    const env = { ...busEnv(), ...limits, LOG_LEVEL: 'warn' }
    const name = `coordinator-${children.length}`
    const child = await startRole('coordinator', name, { dir, env, onDeath: () => {} }, { ENTENTE_KEY: key })
    children.push(child)
    return child
  }

  beforeAll(async () => {
    consortium = await startConsortium(stack)
    makeKeyFile(join(stack.dir, 'coordinator.json'))
    approver = makeKeyFile(join(stack.dir, 'approver.json'))
    await Promise.all(Array.from({ length: count }, startCoordinator))
  })
  afterAll(async () => {
    await Promise.all(stops.map(stop => stop()))
    // What they wait for, a chain, will not come.
    for (const { pid } of children) kill(pid)
    await consortium?.stop()
  })

  async function employ(definition: AgentDefinition, domainId: string): Promise<Member> {
    const member = await consortium.join(definition, domainId)
    await start(member)
    return member
  }

  async function start(member: Member): Promise<ServedAgent> {
    const served = await serve(consortium, member)
    stops.push(() => served.stop())
    return served
  }

  /** The agent as a process of its own, which a test may kill. */
  async function startProcess(member: Member, module: string): Promise<Child<unknown>> {
    const { dir } = stack
    const enrol = keepSecret(dir, 'enrol.creds', consortium.enrolCreds)
    const key = keepSecret(dir, `agent-${member.agentId}.json`, JSON.stringify(member.key))
    const env = { NATS_URL: stack.stack.urls.nats, NATS_CREDS: enrol, LOG_LEVEL: 'warn' }
    const own = { ENTENTE_KEY: key, ENTENTE_AGENT_ID: member.agentId }
    const child = await startRole('agent', `agent-${member.agentId}`, { dir, env, onDeath: () => {} }, own, [module])
    children.push(child)
    return child
  }

  /** Opens a task as a response plan does: the input is the alert, and what was agreed on is an artifact. */
  async function open(
    subtasks: Json[],
    {
      input = {} as Json,
      durationS = 120,
      budget = 1_000_000_000n,
      withTemplate = true,
      priority = undefined as Priority | undefined,
    } = {},
  ): Promise<FollowedTask> {
    opened += 1
    const { nc, facts, publish } = consortium
    const template = { name: 'test', version: '1.0.0', title: `Test ${opened}`, subtasks }
    const alert = { number: opened, ...(input as object) }
    const policy = { approvers: [approver.address], onSilence: 'deny', ...(priority ? { priority } : {}) }
    const spec = { goal: 'a test', template: contentHash(template), policy }
    for (const each of withTemplate ? [template, alert, spec] : [alert, spec])
      await putArtifact(nc, Buffer.from(canonicalJson(each)))
    const alertHash = contentHash(alert)
    const words = [chain.chainId.toString(16), contract, planId, alertHash]
    const taskId = keccak256(Buffer.concat(words.map(word => fromHex(word.replace('0x', '').padStart(64, '0')))))
    const deadline = `${Math.floor(Date.now() / 1000) + durationS}`
    const args = { taskId, planId, alertHash, specHash: contentHash(spec), budget: `${budget}`, deadline }
    const event = facts.fact('ResponsePlans', 'TaskOpened', { ...args, approver: approver.address })
    await publish({ ...event, address: contract })
    return follow(taskId)
  }

  function follow(taskId: Hex): FollowedTask {
    const events: TaskEvent[] = []
    let latest: Task | undefined
    const waiting: (() => void)[] = []
    const onEvent = (event: TaskEvent, task: Task) => {
      events.push(event)
      latest = task
      for (const wake of waiting.splice(0)) wake()
    }
    const following = followTask(consortium.nc, taskId, { log, onEvent })
    stops.push(() => following.stop())
    return {
      taskId,
      events,
      task: () => latest!,
      async until(type, is = () => true) {
        for (;;) {
          const found = events.find(event => event.type === type && is(event as never))
          if (found) return found as never
          const rejected = events.find(event => event.type === 'TaskRejected')
          if (rejected) throw new Error(`${type} will not come: ${rejected.reason}`)
          await new Promise<void>(resolve => waiting.push(resolve))
        }
      },
    }
  }

  return {
    stack,
    employ,
    start,
    startProcess,
    open,
    follow,
    startCoordinator,
    busEnv,
    approverFile: () => join(stack.dir, 'approver.json'),
    /** What the plan's contract is said to have logged about an opened task. */
    chainFact: (event: string, args: Record<string, Json>) =>
      consortium.publish({ ...consortium.facts.fact('ResponsePlans', event, args), address: contract }),
    planId,
    children,
    get consortium() {
      return consortium
    },
    get approver() {
      return approver
    },
  }
}

export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended already.
  }
}
