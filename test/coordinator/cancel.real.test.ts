import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { agent, skill } from '../../agents/sdk/define.ts'
import { signDocument } from '../../protocol/documents.ts'
import { sha256 } from '../../protocol/hash.ts'
import { sendCommand } from '../../stack/send-command.ts'
import { answersTo } from '../agents/sdk/office.ts'
import { domain, type Member } from '../registry/consortium.ts'
import { startBareWorker } from './bare-worker.ts'
import { type FollowedTask, withCoordinators } from './with-coordinators.ts'

const office = withCoordinators()
let runs = 0
let aborted: unknown[] = []
let late: Member

const input = z.object({}).loose()
const output = z.object({ done: z.boolean() })
const make = (name: string, run: (input: unknown, ctx: { signal: AbortSignal }) => Promise<{ done: boolean }>) =>
  agent({
    name,
    description: 'For a test.',
    skills: [skill({ name, version: '1.0.0', description: 'For a test.', input, output, price: 1n, run })],
  })

/** Heeds its signal in the middle, and even so gives an output in the end. */
const stubborn = make('stubborn', async (_, { signal }) => {
  runs += 1
  signal.addEventListener('abort', () => aborted.push(signal.reason))
  await sleep(60_000, undefined, { signal }).catch(() => {})
  return { done: true }
})
const failing = make('failing', async () => {
  await vi.waitFor(() => expect(runs).toBe(1), { timeout: 10_000 })
  throw new Error('this cannot be done')
})

beforeAll(async () => {
  await office.employ(stubborn, 'weather')
  await office.employ(failing, 'health')
  late = await office.consortium.join(
    make('late', async () => ({ done: true })),
    'transport',
  )
})
beforeEach(() => {
  runs = 0
  aborted = []
})

const subtask = (name: string, more = {}) => ({
  id: name,
  skill: `${name}@1`,
  deadlineMs: 50_000,
  attempts: 1,
  ...more,
})
const isRunning = () => vi.waitFor(() => expect(runs).toBe(1), { timeout: 10_000 })
const wasAborted = () => vi.waitFor(() => expect(aborted).toHaveLength(1), { timeout: 10_000 })

async function saysNothing({ taskId }: FollowedTask, subtaskId: string): Promise<void> {
  const answers = await answersTo(office.consortium.nc, `${taskId}.${subtaskId}`)
  expect(await answers.isSilent()).toBe(true)
}

async function cancel(task: FollowedTask): Promise<void> {
  const { address, privateKey } = office.approver
  const document = { taskId: task.taskId, reason: 'enough', atMs: Date.now() }
  const signature = signDocument(domain, 'Cancellation', document, privateKey)
  await sendCommand(office.consortium.nc, 'cancel', { ...document, signer: address, signature })
}

describe('a run', () => {
  it('is aborted when its task is cancelled, and says nothing more', async () => {
    const task = await office.open([subtask('stubborn')])
    await isRunning()
    await cancel(task)
    await wasAborted()
    await saysNothing(task, 'stubborn')
  })

  it('is aborted when another subtask fails the task', async () => {
    const task = await office.open([subtask('stubborn'), subtask('failing')])
    await task.until('TaskFailed')
    await wasAborted()
    await saysNothing(task, 'stubborn')
  })

  it('is aborted at its deadline', async () => {
    const task = await office.open([subtask('stubborn', { deadlineMs: 1_000 })])
    await task.until('TaskFailed')
    await wasAborted()
    await saysNothing(task, 'stubborn')
  })

  it('is aborted when its attempt is given up for want of heartbeats, by a coordinator that hears none', async () => {
    const worker = await startBareWorker(office.consortium, late)
    const task = await office.open([subtask('late', { heartbeatMs: 300 })])
    const { item } = await worker.take()
    await task.until('AttemptExpired')
    const next = await worker.next()
    expect(next?.item).toEqual({
      kind: 'cancel',
      taskId: item.taskId,
      subtaskId: 'late',
      attempt: 1,
      agentId: late.agentId,
    })
    await worker.stop()
  })
})

describe('an alert that a quorum withdraws on chain', () => {
  const withdraw = ({ taskId }: FollowedTask) =>
    office.chainFact('AlertCancelled', {
      planId: office.planId,
      alertHash: sha256('alert'),
      cancelHash: sha256('cancel'),
      taskId,
    })

  it('cancels the task that it opened, as long as no work was given out', async () => {
    // Nothing can be planned before its template is there: the task waits.
    const task = await office.open([subtask('stubborn')], { withTemplate: false })
    await task.until('TaskScreened')
    await withdraw(task)
    const { by } = await task.until('TaskCanceled')
    expect(by).toMatchObject({ cancelHash: sha256('cancel') })
    await task.until('SettlementComputed')
    expect(task.task().settlement!.settlement).toMatchObject({ payments: [], refund: '1000000000' })
    expect(runs).toBe(0)
  })

  it('leaves work that has begun to people', async () => {
    const task = await office.open([subtask('stubborn')])
    await isRunning()
    await withdraw(task)
    await sleep(1_500)
    expect(aborted).toEqual([])
    expect(task.task().state).toBe('working')
    await cancel(task)
    await task.until('TaskCanceled')
  })
})
