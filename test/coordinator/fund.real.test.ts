import { fileURLToPath } from 'node:url'
import { jetstreamManager } from '@nats-io/jetstream'
import { Objm } from '@nats-io/obj'
import { JsonRpcProvider } from 'ethers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reservationOf } from '../../coordinator/react/fund.ts'
import { verifyBundle } from '../../evidence/verify.ts'
import { canonicalJson, type Json } from '../../protocol/canonical.ts'
import { digestDocument, signDocument, signingDomain } from '../../protocol/documents.ts'
import { TaskEntry, type TaskEvent } from '../../protocol/events.ts'
import type { Hex } from '../../protocol/hash.ts'
import { buckets, streams, subjects } from '../../protocol/subjects.ts'
import { followTask } from '../../scenarios/consortium/follow-task.ts'
import { depositFor, orderTask, submit } from '../../scenarios/consortium/order-task.ts'
import { type Consortium, startConsortium } from '../../scenarios/consortium/start-consortium.ts'
import { getArtifact, putArtifact } from '../../stack/artifacts.ts'
import { submitIntent } from '../../stack/chain-intent.ts'
import { readConfig } from '../../stack/config.ts'
import { openLog } from '../../stack/log.ts'
import { parseJson } from '../../stack/parse-json.ts'
import { readSubject } from '../../stack/read-subject.ts'
import { sendCommand } from '../../stack/send-command.ts'
import { proven } from '../harness/proven.ts'
import { scratchDir } from '../harness/scratch-dir.ts'

const module = fileURLToPath(new URL('programs/clerk.ts', import.meta.url))
const config = readConfig({ BLOCK_TIME_S: '0.1', LOG_LEVEL: 'warn' })
const log = openLog('test', { LOG_LEVEL: 'silent' })
const soon = { timeout: 20_000, interval: 50 }
let consortium: Consortium

beforeAll(async () => {
  const cast = [{ domainId: 'office', name: 'office', agents: [{ module, stake: 100_000_000n }] }]
  const dir = scratchDir('fund')
  consortium = await startConsortium({ config, cast, dir, onStep: () => {}, onDeath: () => {} })
  await depositFor(consortium, 'office', 100_000_000n)
}, 60_000)
afterAll(() => consortium?.stop())

const templateOf = (title: string, skill = 'add-line@1'): Json => ({
  ...{ name: 'letter', version: '1.0.0', title },
  subtasks: [{ id: 'line', skill, input: "{ lines: `[]`, line: 'x' }", deadlineMs: 20_000 }],
})
const wishFor = (template: Json) =>
  ({ domainId: 'office', goal: 'write', template, input: {}, budget: 10_000_000n, durationS: 600 }) as const

/** The entries of a task's log. */
async function logOf(taskId: Hex): Promise<TaskEvent[][]> {
  const entries: TaskEvent[][] = []
  const jsm = await jetstreamManager(consortium.nc)
  for await (const { data } of readSubject(jsm, streams.tasks, subjects.task(taskId)))
    entries.push(parseJson(TaskEntry, data)!.events)
  return entries
}

/** What each of them holds. */
async function entriesOf(taskId: Hex): Promise<TaskEvent['type'][][]> {
  return (await logOf(taskId)).map(events => events.map(({ type }) => type))
}

async function provenOf(taskId: Hex) {
  const following = followTask(consortium.nc, taskId, { log, onEvent: () => {} })
  const task = await following.ended.finally(() => following.stop())
  const text = JSON.parse(Buffer.from(await getArtifact(consortium.nc, task.proven!.bundle)).toString('utf8'))
  const { findings } = await verifyBundle(text, { rpcUrl: consortium.stack.urls.chain })
  expect(findings).toEqual([])
  return task
}

describe('once its budget is reserved', () => {
  it('a task is screened and planned in the same entry', { timeout: 60_000 }, async () => {
    const { task, bundle, events } = await proven(consortium, wishFor(templateOf('at once')))
    expect(task.state).toBe('completed')
    const [submitted, funded] = await entriesOf(task.taskId)
    expect(submitted).toEqual(['TaskSubmitted'])
    // Work is given out in it too, where this coordinator is known to be the only one by then.
    expect(funded!.slice(0, 3)).toEqual(['TaskFunded', 'TaskScreened', 'TaskPlanned'])
    expect(bundle.leaves.map(({ count }) => count).slice(0, 2)).toEqual([1, funded!.length])
    const times = events.map(({ atMs }) => atMs)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  })

  it('one that gives no plan is rejected in the same entry, and has its budget back', { timeout: 60_000 }, async () => {
    const { task, events } = await proven(consortium, wishFor(templateOf('unknown', 'brew@1')))
    expect(task.state).toBe('rejected')
    expect((await entriesOf(task.taskId))[1]).toEqual(
      expect.arrayContaining(['TaskFunded', 'TaskScreened', 'TaskRejected']),
    )
    const { settlement } = events.find(event => event.type === 'SettlementComputed')!
    expect(settlement).toMatchObject({ refund: '10000000', payments: [] })
  })

  it('one whose template is away is funded all the same, and planned when it comes', { timeout: 60_000 }, async () => {
    const { nc } = consortium
    const template = templateOf('away')
    const command = await orderTask(consortium, wishFor(template))
    await (await new Objm(nc).open(buckets.artifacts)).delete(command.spec.template)
    const taskId = await submit(consortium, command)
    await expect.poll(async () => (await entriesOf(taskId)).flat(), soon).toContain('TaskScreened')
    expect(await entriesOf(taskId)).toEqual([['TaskSubmitted'], ['TaskFunded'], ['TaskScreened']])
    await putArtifact(nc, Buffer.from(canonicalJson(template)))
    const following = followTask(nc, taskId, { log, onEvent: () => {} })
    const task = await following.ended.finally(() => following.stop())
    expect(task.state).toBe('completed')
  })
})

it('what is funded is worked at though the gateway stands still from then on', { timeout: 60_000 }, async () => {
  const { pid } = consortium.members.find(({ role }) => role === 'gateway')!
  const taskId = await submit(consortium, await orderTask(consortium, wishFor(templateOf('alone'))))
  const following = followTask(consortium.nc, taskId, {
    log,
    // Before it is told that this was acted on.
    onEvent: ({ type }) => type === 'TaskFunded' && process.kill(pid, 'SIGSTOP'),
  })
  try {
    await expect.poll(async () => (await entriesOf(taskId)).flat(), soon).toContain('SubtaskCompleted')
  } finally {
    process.kill(pid, 'SIGCONT')
  }
  expect((await following.ended.finally(() => following.stop())).state).toBe('completed')
})

describe('what is cancelled before its budget is reserved', () => {
  async function cancel(taskId: Hex): Promise<void> {
    const { nc, approver, chain } = consortium
    const { address: signer, privateKey } = approver
    const said = { taskId, reason: 'a mistake', atMs: Date.now() }
    const domain = signingDomain(chain.chainId, chain.contractRegistry)
    const signature = signDocument(domain, 'Cancellation', said, privateKey)
    await sendCommand(nc, 'cancel', { ...said, signer, signature })
  }

  it('has it back at once when the chain reserves it all the same', { timeout: 60_000 }, async () => {
    const { stack } = consortium
    const chain = new JsonRpcProvider(stack.urls.chain, undefined, { staticNetwork: true })
    await chain.send('evm_setIntervalMining', [0])
    const taskId = await submit(consortium, await orderTask(consortium, wishFor(templateOf('too late'))))
    await cancel(taskId)
    await chain.send('evm_setIntervalMining', [1])
    chain.destroy()
    const task = await provenOf(taskId)
    expect(task).toMatchObject({ state: 'canceled', funded: true, settled: true })
    expect(task.settlement!.settlement).toMatchObject({ refund: '10000000', payments: [] })
    expect((await entriesOf(taskId)).flat().slice(0, 3)).toEqual(['TaskSubmitted', 'TaskCanceled', 'TaskFunded'])
  })

  it('is proven when nothing was ever to be reserved', { timeout: 60_000 }, async () => {
    const wish = { ...wishFor(templateOf('no settler')), settlement: 'batch' as const }
    const taskId = await submit(consortium, await orderTask(consortium, wish))
    await cancel(taskId)
    expect(await provenOf(taskId)).toMatchObject({ state: 'canceled', funded: false, settled: false })
  })
})

describe('what the gateway will never reserve', () => {
  it('is rejected with the cause, and proven', { timeout: 60_000 }, async () => {
    const { nc, chain } = consortium
    const command = await orderTask(consortium, wishFor(templateOf('taken')))
    const { order, signature } = command
    const taskId = digestDocument(signingDomain(chain.chainId, chain.contractRegistry), 'TaskOrder', order)
    const reservation = reservationOf(taskId, { by: 'order', order, signature })
    const other = { ...order, budget: '0', deadline: `${order.deadline}` }
    await submitIntent(nc, { ...reservation, args: [other, signature] })
    await submit(consortium, command)
    expect(await provenOf(taskId)).toMatchObject({ state: 'rejected', funded: false })
    const events = (await logOf(taskId)).flat()
    expect(events.find(({ type }) => type === 'TaskRejected')).toMatchObject({
      code: 'BUDGET_NOT_FUNDED',
      reason: expect.stringMatching(/^IDEMPOTENCY_CONFLICT: /),
    })
  })
})
