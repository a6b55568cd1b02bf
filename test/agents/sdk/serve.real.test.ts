import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { agent, Retryable, skill } from '../../../agents/sdk/define.ts'
import type { ServedAgent } from '../../../agents/sdk/serve.ts'
import type { Answer } from '../../../protocol/answer.ts'
import { contentHash } from '../../../protocol/canonical.ts'
import { signerOf } from '../../../protocol/documents.ts'
import { commitmentOf } from '../../../protocol/receipt.ts'
import { subjects } from '../../../protocol/subjects.ts'
import { withStack } from '../../harness/with-stack.ts'
import { type Consortium, chain, domain, type Member, publishJson, startConsortium } from '../../registry/consortium.ts'
import { answersTo, type Execute, executeItem, queued, revealOf, send, serve } from './office.ts'

let running = 0
let mostRunning = 0
let runs = 0

const worker = agent({
  name: 'test worker',
  description: 'Does what a test asks of it.',
  skills: [
    skill({
      name: 'work',
      version: '1.4.0',
      description: 'Waits, then succeeds or fails.',
      input: z.object({ waitMs: z.number(), fail: z.enum(['retry', 'final', 'output']).optional() }),
      output: z.object({ done: z.literal(true), progress: z.string().optional() }),
      price: 5n,
      async run({ waitMs, fail }, ctx) {
        runs += 1
        running += 1
        mostRunning = Math.max(mostRunning, running)
        ctx.progress('begun')
        await sleep(waitMs, undefined, { signal: ctx.signal }).finally(() => {
          running -= 1
        })
        if (fail === 'retry') throw new Retryable('the model is away')
        if (fail === 'final') throw new Error('this cannot be done')
        return fail === 'output' ? ({ done: 'no' } as never) : { done: true as const }
      },
    }),
  ],
})

const stack = withStack()
let consortium: Consortium
let member: Member
let agents: ServedAgent[] = []

beforeAll(async () => {
  consortium = await startConsortium(stack)
  member = await consortium.join(worker)
})
afterEach(async () => {
  await Promise.all(agents.map(served => served.stop()))
  agents = []
})
afterAll(() => consortium?.stop())

async function start(concurrency?: number): Promise<ServedAgent> {
  const served = await serve(consortium, member, concurrency)
  agents.push(served)
  return served
}

async function ask(item: Execute) {
  const answers = await answersTo(consortium.nc, item.taskId)
  await send(consortium.nc, item)
  return answers
}

const emptyQueue = () =>
  vi.waitFor(async () => expect(await queued(consortium.nc, member.agentId)).toBe(0), { timeout: 8_000 })

describe('an agent at work', () => {
  it('answers with its output and a receipt signed by its wallet, then lets go of the work', async () => {
    await start()
    const item = executeItem(member, 'work@1', { waitMs: 0 })
    const answer = (await (await ask(item)).next()) as Extract<Answer, { kind: 'result' }>
    expect(answer).toMatchObject({ kind: 'result', output: { done: true }, salt: null })
    expect(answer.receipt).toMatchObject({
      taskId: item.taskId,
      agentId: member.agentId,
      inputHash: item.inputHash,
      outputHash: contentHash(answer.output),
    })
    expect(signerOf(domain, 'Receipt', answer.receipt, answer.signature)).toBe(member.key.address)
    await emptyQueue()
  })

  it.each([
    ['retry', { reason: 'the model is away', retry: true }],
    ['final', { reason: 'this cannot be done', retry: false }],
    ['output', { reason: expect.stringMatching(/not what work promises/), retry: false }],
  ])('says so when its skill fails: %s', async (fail, failure) => {
    await start()
    const answers = await ask(executeItem(member, 'work@1', { waitMs: 0, fail }))
    const answer = (await answers.next()) as Extract<Answer, { kind: 'failure' }>
    expect(answer).toMatchObject({ kind: 'failure', failure })
    expect(signerOf(domain, 'Failure', answer.failure, answer.signature)).toBe(member.key.address)
    await emptyQueue()
  })

  it.each([
    ['an input that the skill does not take', { input: { waitMs: 'soon' } }, /not what work takes/],
    ['an input that is not the one assigned', { inputHash: contentHash('another') }, /does not have the hash/],
    ['a skill that it does not offer', { skill: 'work@2' }, /does not offer work@2/],
  ])('refuses %s', async (_, change, reason) => {
    await start()
    const item = { ...executeItem(member, 'work@1', { waitMs: 0 }), ...change }
    const hashed = 'input' in change ? { ...item, inputHash: contentHash(item.input) } : item
    const answers = await ask(hashed)
    expect(await answers.next()).toMatchObject({
      kind: 'failure',
      failure: { reason: expect.stringMatching(reason), retry: false },
    })
  })

  it('commits first, and opens the commitment when it is asked to', async () => {
    await start()
    const item = executeItem(member, 'work@1', { waitMs: 0 }, { answer: 'commit' })
    const answers = await ask(item)
    const committed = (await answers.next()) as Extract<Answer, { kind: 'commit' }>
    expect(signerOf(domain, 'Commit', committed.commit, committed.signature)).toBe(member.key.address)
    expect(await answers.isSilent()).toBe(true)
    await send(consortium.nc, revealOf(item))
    const opened = (await answers.next()) as Extract<Answer, { kind: 'result' }>
    const { taskId, subtaskId, attempt, agentId } = item
    const scope = { taskId, subtaskId, attempt, agentId, wallet: member.key.address }
    const contract = { chainId: chain.chainId, contract: chain.contractRegistry }
    const commitment = commitmentOf({ ...contract, ...scope }, opened.receipt.outputHash, opened.salt!)
    expect(commitment).toBe(committed.commit.commitment)
    await emptyQueue()
  })

  it('opens what it committed before it was started again, by running the skill once more', async () => {
    const first = await start()
    const item = executeItem(member, 'work@1', { waitMs: 0 }, { answer: 'commit', deadlineMs: Date.now() + 3_000 })
    const answers = await ask(item)
    const committed = (await answers.next()) as Extract<Answer, { kind: 'commit' }>
    await first.stop()
    await sleep(Math.max(0, item.deadlineMs - Date.now()))
    const runsBefore = runs
    await send(consortium.nc, revealOf(item))
    await start()
    const opened = (await answers.next()) as Extract<Answer, { kind: 'result' }>
    expect(runs).toBe(runsBefore + 1)
    const { taskId, subtaskId, attempt, agentId } = item
    const scope = { taskId, subtaskId, attempt, agentId, wallet: member.key.address }
    const contract = { chainId: chain.chainId, contract: chain.contractRegistry }
    expect(commitmentOf({ ...contract, ...scope }, opened.receipt.outputHash, opened.salt!)).toBe(
      committed.commit.commitment,
    )
    await emptyQueue()
  })

  it('gives up at the deadline and says nothing, for nobody waits any more', async () => {
    await start()
    const answers = await ask(executeItem(member, 'work@1', { waitMs: 60_000 }, { deadlineMs: Date.now() + 300 }))
    expect(await answers.isSilent()).toBe(true)
    expect(running).toBe(0)
    await emptyQueue()
  })

  it('stops a run that is cancelled', async () => {
    await start()
    const item = executeItem(member, 'work@1', { waitMs: 60_000 })
    await ask(item)
    await vi.waitFor(() => expect(running).toBe(1))
    const { taskId, subtaskId, attempt, agentId } = item
    await send(consortium.nc, { kind: 'cancel', taskId, subtaskId, attempt, agentId })
    await vi.waitFor(() => expect(running).toBe(0))
    await emptyQueue()
  })

  it('runs as many at a time as it was told to, and the others after', async () => {
    await start(2)
    mostRunning = 0
    const items = Array.from({ length: 6 }, () => executeItem(member, 'work@1', { waitMs: 50 }))
    const answers = await Promise.all(items.map(ask))
    for (const each of answers) expect(await each.next()).toMatchObject({ kind: 'result' })
    expect(mostRunning).toBe(2)
  })

  it('holds on to work that takes longer than the server waits for silent agents', async () => {
    await start()
    const runsBefore = runs
    const answers = await ask(executeItem(member, 'work@1', { waitMs: 8_000 }))
    expect(await answers.next()).toMatchObject({ kind: 'result' })
    expect(runs).toBe(runsBefore + 1)
  })

  it('lets go of what is done though it is stopped just then', async () => {
    const served = await start()
    await (await ask(executeItem(member, 'work@1', { waitMs: 0 }))).next()
    await served.stop()
    expect(await queued(consortium.nc, member.agentId)).toBe(0)
  })

  it('shows that it lives while it is at work, and not where its answer shows that', async () => {
    await start()
    const beats: string[] = []
    consortium.nc.subscribe(subjects.heartbeat('*', '*', member.agentId), {
      callback: (_, { subject }) => void beats.push(subject.split('.')[2]!),
    })
    const [long, short] = [1_000, 0].map(waitMs => executeItem(member, 'work@1', { waitMs }, { heartbeatMs: 800 }))
    await Promise.all([long!, short!].map(async item => (await ask(item)).next()))
    expect(beats.filter(taskId => taskId === long!.taskId).length).toBeGreaterThanOrEqual(2)
    expect(beats.filter(taskId => taskId === short!.taskId)).toEqual([])
  })

  it('throws away what is no work of its own', async () => {
    await start()
    await consortium.nc.request(subjects.work(member.agentId), 'not even JSON', { timeout: 5_000 })
    const foreign = executeItem({ ...member, agentId: '77' }, 'work@1', { waitMs: 0 })
    await publishJson(consortium.nc, subjects.work(member.agentId), foreign)
    await emptyQueue()
    expect(await (await answersTo(consortium.nc, foreign.taskId)).isSilent()).toBe(true)
  })

  it('reports progress to whoever listens', async () => {
    await start()
    const heard: unknown[] = []
    const item = executeItem(member, 'work@1', { waitMs: 0 })
    consortium.nc.subscribe(subjects.progress(item.taskId, item.subtaskId, member.agentId), {
      callback: (_, message) => void heard.push(message.json()),
    })
    await (await ask(item)).next()
    expect(heard).toEqual([{ attempt: 1, atMs: expect.any(Number), text: 'begun' }])
  })

  it('hands its work back when it is stopped in the middle, and the next one answers', async () => {
    const first = await start()
    const answers = await ask(executeItem(member, 'work@1', { waitMs: 4_500 }))
    await vi.waitFor(() => expect(running).toBe(1))
    await first.stop()
    await start()
    expect(await answers.next()).toMatchObject({ kind: 'result' })
    await emptyQueue()
  })

  it('is a NATS micro service with one endpoint a skill', async () => {
    await start()
    const info = await consortium.nc.request('$SRV.INFO.test-worker', '', { timeout: 2_000 })
    expect(info.json()).toMatchObject({
      type: 'io.nats.micro.v1.info_response',
      name: 'test-worker',
      metadata: { agentId: member.agentId },
      endpoints: [{ name: 'work', subject: subjects.work(member.agentId) }],
    })
    await (await ask(executeItem(member, 'work@1', { waitMs: 0, fail: 'final' }))).next()
    const { id } = info.json<{ id: string }>()
    const stats = await consortium.nc.request(`$SRV.STATS.test-worker.${id}`, '', { timeout: 2_000 })
    expect(stats.json()).toMatchObject({
      type: 'io.nats.micro.v1.stats_response',
      endpoints: [{ num_requests: 1, num_errors: 1, last_error: 'this cannot be done' }],
    })
  })
})
